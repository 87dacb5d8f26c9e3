package sqlite

// migrations bring a database forward, one after the other; PRAGMA user_version
// is the number of those applied. One that was released is never changed.
//
// A page touched is written twice (log, then file), so what an action touches is
// kept small and apart: a narrow row in cases, the folded state in states, its
// events at the end of their cluster; the large body only when it changes. Queue
// indexes are partial: open cases move in theirs, closed ones lie still. They
// begin with what lists are restricted and sorted by (n breaks ties); the one of
// departments has the whole record, so that a page of it is read in one piece.
// There is no index of the keys of events: those of a case lie together, and mark
// tells most of them apart. Their place is one number, of the case and in it: pages
// of such a table are filled, where those of a key of two columns stay a tenth
// empty. hash is that of the last event: the others follow.
//
// rank is the order of the legal time left, as one number: see [store.Rank]. lamp
// and turn: see lamps.go; head, event: see record.go; documents (data, folded …): see
// pack.go. Instants are microseconds since 1970, NULL when zero.
var migrations = []string{`
CREATE TABLE projects (
	n INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	rev INTEGER NOT NULL,
	code TEXT NOT NULL,
	owner TEXT NOT NULL,
	regime TEXT NOT NULL,
	status TEXT NOT NULL,
	stage TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	updated_at INTEGER,
	text TEXT NOT NULL,
	name TEXT NOT NULL,
	owner_name TEXT NOT NULL,
	form_rev TEXT NOT NULL,
	answers ANY,
	extra ANY,
	sum INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX projects_code ON projects (code) WHERE code <> '';
CREATE INDEX projects_created ON projects (created_at, n);
CREATE INDEX projects_owner ON projects (owner, created_at, n);

CREATE TABLE cases (
	n INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	key TEXT NOT NULL,
	rev INTEGER NOT NULL,
	events INTEGER NOT NULL,
	hash BLOB,
	open INTEGER NOT NULL,
	rank INTEGER NOT NULL,
	department TEXT NOT NULL,
	state TEXT NOT NULL,
	flow TEXT NOT NULL,
	item TEXT NOT NULL,
	warn_at INTEGER,
	urgent_at INTEGER,
	next_due INTEGER,
	lamp TEXT NOT NULL,
	turn INTEGER,
	marks TEXT NOT NULL,
	opened_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	assignee TEXT NOT NULL,
	project TEXT NOT NULL,
	parent TEXT NOT NULL,
	owner TEXT NOT NULL,
	text TEXT NOT NULL,
	head BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX cases_key ON cases (key) WHERE key <> '';
CREATE INDEX cases_project ON cases (project);
CREATE INDEX cases_parent ON cases (parent) WHERE parent <> '';
CREATE INDEX cases_owner ON cases (owner);
CREATE INDEX cases_opened ON cases (opened_at, n);
CREATE INDEX cases_department_opened ON cases (department, opened_at, n);
CREATE INDEX cases_due ON cases (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX cases_turn ON cases (turn) WHERE turn IS NOT NULL;
CREATE INDEX cases_queue ON cases (department, rank, n, state, flow, item, warn_at, urgent_at, head) WHERE open = 1;
CREATE INDEX cases_open ON cases (rank, n) WHERE open = 1;
CREATE INDEX cases_department_closed ON cases (department, rank, n, state, flow, item) WHERE open = 0;
CREATE INDEX cases_closed ON cases (rank, n) WHERE open = 0;

CREATE TABLE states (n INTEGER PRIMARY KEY, pins ANY, folded ANY) STRICT;
CREATE TABLE bodies (n INTEGER PRIMARY KEY, body ANY) STRICT;
CREATE TABLE marks (mark TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (mark, n)) STRICT, WITHOUT ROWID;
CREATE TABLE events (
	place INTEGER PRIMARY KEY,
	mark INTEGER,
	event BLOB NOT NULL,
	n INTEGER AS (place >> 20),
	seq INTEGER AS (place & 1048575)
) STRICT;

-- Kept in the transaction that changes a case, so that totals need no walk.
CREATE TABLE counts (
	department TEXT NOT NULL,
	state TEXT NOT NULL,
	flow TEXT NOT NULL,
	item TEXT NOT NULL,
	open INTEGER NOT NULL,
	lamp TEXT NOT NULL,
	cases INTEGER NOT NULL,
	PRIMARY KEY (department, state, flow, item, open, lamp)
) STRICT, WITHOUT ROWID;
CREATE TABLE totals (
	department TEXT NOT NULL,
	open INTEGER NOT NULL,
	lamp TEXT NOT NULL,
	cases INTEGER NOT NULL,
	PRIMARY KEY (department, open, lamp)
) STRICT, WITHOUT ROWID;
CREATE TABLE swept (at INTEGER NOT NULL) STRICT;
INSERT INTO swept VALUES (-9223372036854775808);

CREATE TABLE outbox (
	n INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	kase TEXT NOT NULL,
	kind TEXT NOT NULL,
	data ANY,
	created_at INTEGER,
	not_before INTEGER NOT NULL,
	attempts INTEGER NOT NULL,
	problem TEXT NOT NULL,
	poison INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (not_before, n) WHERE poison = 0;
CREATE INDEX outbox_poison ON outbox (n) WHERE poison = 1;

CREATE TABLE docs (
	collection TEXT NOT NULL,
	id TEXT NOT NULL,
	rev INTEGER NOT NULL,
	i1 TEXT NOT NULL,
	i2 TEXT NOT NULL,
	i3 TEXT NOT NULL,
	expires INTEGER,
	data ANY,
	UNIQUE (collection, id)
) STRICT;
CREATE INDEX docs_1 ON docs (collection, i1, id) WHERE i1 <> '';
CREATE INDEX docs_2 ON docs (collection, i2, id) WHERE i2 <> '';
CREATE INDEX docs_3 ON docs (collection, i3, id) WHERE i3 <> '';
CREATE INDEX docs_expires ON docs (expires) WHERE expires IS NOT NULL;

CREATE TABLE files (
	digest TEXT PRIMARY KEY,
	size INTEGER NOT NULL,
	type TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`, `
-- When content was last put: a sweep takes only what has lain unused for a while.
ALTER TABLE files ADD COLUMN put_at INTEGER NOT NULL DEFAULT 0;
`}
