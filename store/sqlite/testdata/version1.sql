-- A database as version 1 of the layout left it: one project, its registration and a reply, one file.
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
	answers TEXT,
	extra TEXT
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
	open INTEGER NOT NULL,
	rank INTEGER NOT NULL,
	department TEXT NOT NULL,
	state TEXT NOT NULL,
	flow TEXT NOT NULL,
	item TEXT NOT NULL,
	warn_at INTEGER,
	urgent_at INTEGER,
	due INTEGER,
	next_due INTEGER,
	paused INTEGER NOT NULL,
	stopped INTEGER NOT NULL,
	late INTEGER NOT NULL,
	clock TEXT NOT NULL,
	hold TEXT NOT NULL,
	marks TEXT NOT NULL,
	opened_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	closed_at INTEGER,
	assignee TEXT NOT NULL,
	project TEXT NOT NULL,
	parent TEXT NOT NULL,
	owner TEXT NOT NULL,
	code TEXT NOT NULL,
	title TEXT NOT NULL,
	owner_name TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX cases_key ON cases (key) WHERE key <> '';
CREATE INDEX cases_project ON cases (project);
CREATE INDEX cases_parent ON cases (parent) WHERE parent <> '';
CREATE INDEX cases_owner ON cases (owner);
CREATE INDEX cases_opened ON cases (opened_at, n);
CREATE INDEX cases_department_opened ON cases (department, opened_at, n);
CREATE INDEX cases_due ON cases (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX cases_queue ON cases (department, rank, n, state, flow, item, warn_at, urgent_at) WHERE open = 1;
CREATE INDEX cases_open ON cases (rank, n) WHERE open = 1;
CREATE INDEX cases_department_closed ON cases (department, rank, n, state, flow, item) WHERE open = 0;
CREATE INDEX cases_closed ON cases (rank, n) WHERE open = 0;

CREATE TABLE states (n INTEGER PRIMARY KEY, pins TEXT, folded TEXT) STRICT;
CREATE TABLE bodies (n INTEGER PRIMARY KEY, body TEXT) STRICT;
CREATE TABLE marks (mark TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (mark, n)) STRICT, WITHOUT ROWID;
CREATE TABLE events (
	n INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	do TEXT NOT NULL,
	at INTEGER,
	recorded_at INTEGER,
	by TEXT NOT NULL,
	user TEXT NOT NULL,
	department TEXT NOT NULL,
	key TEXT NOT NULL,
	data TEXT,
	hash BLOB NOT NULL,
	PRIMARY KEY (n, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_key ON events (n, key) WHERE key <> '';
CREATE TABLE counts (
	department TEXT NOT NULL,
	flow TEXT NOT NULL,
	item TEXT NOT NULL,
	state TEXT NOT NULL,
	open INTEGER NOT NULL,
	cases INTEGER NOT NULL,
	PRIMARY KEY (department, flow, item, state, open)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
	n INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	kase TEXT NOT NULL,
	kind TEXT NOT NULL,
	data TEXT,
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
	data TEXT,
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

INSERT INTO "bodies" VALUES(1,'{"answers":{"总投资":500.5}}');
INSERT INTO "bodies" VALUES(2,'{"answers":{"总投资":500.5}}');
INSERT INTO "cases" VALUES(1,'case-00000000','project-0000000/permit/0',2,2,1,1774479660000000,'dept13','accepted','permit','GH01',1774220400000000,1774393200000000,1774479660000000,1774479660000000,0,0,0,'promised','','["late_reply"]',1772413200000000,1772413201000000,NULL,'','p1','','user-00000','2026-510411-48-03-000000','仁和区工业园污水处理厂及配套管网工程','攀枝花市仁和水务有限公司');
INSERT INTO "cases" VALUES(2,'case-00000001','project-0000000/permit/1',2,2,1,1775858460000000,'dept16','accepted','permit','GH02',1775599200000000,1775772000000000,1775858460000000,1775858460000000,0,0,0,'promised','','["late_reply"]',1772413200000000,1772413201000000,NULL,'','p1','','user-00000','2026-510411-48-03-000000','仁和区工业园污水处理厂及配套管网工程','攀枝花市仁和水务有限公司');
INSERT INTO "counts" VALUES('dept13','permit','GH01','accepted',1,1);
INSERT INTO "counts" VALUES('dept16','permit','GH02','accepted',1,1);
INSERT INTO "docs" VALUES('users','u1',1,'owner','','',NULL,'{"login":"owner"}');
INSERT INTO "docs" VALUES('codes','2018',1,'','','',NULL,'1');
INSERT INTO "events" VALUES(1,1,'issue_correction',1772413200000000,1772413200000000,'handler','user-00042','dept07','00000000-00000000','{"do":"issue_correction","input":{"materials":["general-plan","soil-report"],"reason":"总平面图缺少红线坐标"},"marks":[]}',X'5EDB0D7385BAEA1203AF3BF61B4C11FC1EA4A3CD8D4A0575EDE25BADD6BA82B8');
INSERT INTO "events" VALUES(1,2,'issue_correction',1772413200000000,1772413200000000,'handler','user-00042','dept07','00000000-00000001','{"do":"issue_correction","input":{"materials":["general-plan","soil-report"],"reason":"总平面图缺少红线坐标"},"marks":[]}',X'F817CD942C8AFE05E2E45192203F24F6BF0D78680BD05324D972136C7D34BDEB');
INSERT INTO "events" VALUES(2,1,'issue_correction',1772413200000000,1772413200000000,'handler','user-00042','dept07','00000001-00000000','{"do":"issue_correction","input":{"materials":["general-plan","soil-report"],"reason":"总平面图缺少红线坐标"},"marks":[]}',X'6754C08D6AFE7EA789E857B02A8644102859C008DEE2AC98BA700D33476CFB77');
INSERT INTO "events" VALUES(2,2,'issue_correction',1772413200000000,1772413200000000,'handler','user-00042','dept07','00000001-00000001','{"do":"issue_correction","input":{"materials":["general-plan","soil-report"],"reason":"总平面图缺少红线坐标"},"marks":[]}',X'925ED4C6B1A07FFE11DFE9E634AB80251967A1E3D1701587C1F0BA91ACC316DC');
INSERT INTO "files" VALUES('b43c71094c98a4beabff20cd79897aa87010d2b367fb7a461f122af142cd8520',13,'application/pdf');
INSERT INTO "marks" VALUES('late_reply',1);
INSERT INTO "marks" VALUES('late_reply',2);
INSERT INTO "outbox" VALUES(1,'case-00000000/1','case-00000000','spawn','{"flow":"reply"}',1772413200000000,-9223372036854775808,0,'',0);
INSERT INTO "outbox" VALUES(2,'case-00000001/1','case-00000001','spawn','{"flow":"reply"}',1772413200000000,-9223372036854775808,0,'',0);
INSERT INTO "projects" VALUES(1,'p1',1,'2018-510411-48-03-000001','u1','APPROVAL','confirmed','S1',1772413200000000,1772413200000000,'仁和区污水处理厂 仁和水务','仁和区污水处理厂','仁和水务','','{"name":"仁和区污水处理厂"}',NULL);
INSERT INTO "states" VALUES(1,'{"catalogue":"r1"}','{"state":"accepted"}');
INSERT INTO "states" VALUES(2,'{"catalogue":"r1"}','{"state":"accepted"}');
PRAGMA user_version = 1;
