package web

import "time"

// CaseList is a list of cases with tiles that filter it: what the desk, supervision
// and an owner see alike. Tiles, rows and the count come of one query.
type CaseList struct {
	Label   string // names the table
	Tiles   []Tile
	Filters Filters
	Rows    []CaseRow
	Pager   Pager
	Empty   Empty
	Export  string // address of the list as CSV; empty: none
	Now     time.Time
	// Who is left out of the rows where all are of one department.
	Department bool
}

// CaseRow is one case of a list.
type CaseRow struct {
	Code, Title, Owner string // project code, project name, owner
	Name               string // of the item or step
	Department         string
	State              string
	Marks              []Tag
	Assignee           string // of whose case it is, in words; empty: nobody's
	Clock              ClockBadge
	OpenedAt           time.Time
	Href, Act          string // page of the case, and the word that leads there: 办理, 查看
	Over               bool
}
