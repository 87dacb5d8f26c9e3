package web

// Material is one line of a list of materials: what is asked, how it stands, its files.
type Material struct {
	Why     Why    // why it is needed; without a question: not said
	ID      string // safe as an HTML id; the file input's id
	Name    string
	Hint    string // types, size, number, where to get it: said before choosing
	Tags    []Tag  // 必交, 视情况, 可容缺
	State   string // a lamp: done, urgent …; empty: plain
	Status  string // 已提交
	Problem string // what to do; empty: nothing wrong
	Files   []File

	Input  string // name of the file input; empty: nothing can be added
	Accept string // .pdf,.ofd,.jpg
	Many   bool   // takes several files

	Defer    string // name of the checkbox 容缺后补; empty: it cannot be deferred
	DeferBy  string // in words: 受理前补齐
	Deferred bool
}

// File is one file that was given.
type File struct {
	Name, Href  string
	Size        string // 84 KB
	Note        string // 病毒扫描通过, digest …
	RemoveName  string // name and value of its button 删除; empty: it stays
	RemoveValue string
}

// Bytes words a size: 84 KB, 2.3 MB.
func Bytes(n int64) string {
	const kb, mb = 1 << 10, 1 << 20
	switch {
	case n < kb:
		return itoa(int(n)) + " B"
	case n < mb:
		return itoa(int((n+kb/2)/kb)) + " KB"
	}
	tenths := int((n*10 + mb/2) / mb)
	return itoa(tenths/10) + "." + itoa(tenths%10) + " MB"
}
