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
	n INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	do TEXT NOT NULL,
	at INTEGER,
	recorded_at INTEGER,
	by TEXT NOT NULL,
	user TEXT NOT NULL,
	department TEXT NOT NULL,
	key TEXT NOT NULL,
	data ANY,
	hash BLOB NOT NULL,
	PRIMARY KEY (n, seq)
) STRICT, WITHOUT ROWID;

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
INSERT INTO projects VALUES(1,'p1',1,'2018-510411-48-03-000001','u1','APPROVAL','confirmed','S1',1772413200000000,1772413200000000,'仁和区污水处理厂 仁和水务','仁和区污水处理厂','仁和水务','','{"name":"仁和区污水处理厂"}',NULL);
INSERT INTO cases VALUES(1,'case-00000000','project-0000000/permit/0',2,2,1,1774479660000000,'dept13','accepted','permit','GH01',1774220400000000,1774393200000000,1774479660000000,'ok',1774220400000000,'["late_reply"]',1772413200000000,1772413201000000,'','p1','','user-00000',replace('2026-510411-48-03-000000\n仁和区工业园污水处理厂及配套管网工程\n攀枝花市仁和水务有限公司','\n',char(10)),X'010d636173652d30303030303030300270311870726f6a6563742d303030303030302f7065726d69742f3004067065726d69740447483031066465707431330018323032362d3531303431312d34382d30332d30303030303036e4bb81e5928ce58cbae5b7a5e4b89ae59bade6b1a1e6b0b4e5a484e79086e58e82e58f8ae9858de5a597e7aea1e7bd91e5b7a5e7a88b24e69480e69e9de88ab1e5b882e4bb81e5928ce6b0b4e58aa1e69c89e99990e585ace58fb80a757365722d303030303008616363657074656401008290f3b28380a6068299edb38380a60600010a6c6174655f7265706c790870726f6d697365640000828cdddca7f8a60682f08f8b9ce9a60682f085c6a3f3a606828cdddca7f8a6060000');
INSERT INTO cases VALUES(2,'case-00000001','project-0000000/permit/1',2,2,1,1775858460000000,'dept16','accepted','permit','GH02',1775599200000000,1775772000000000,1775858460000000,'ok',1775599200000000,'["late_reply"]',1772413200000000,1772413201000000,'','p1','','user-00000',replace('2026-510411-48-03-000000\n仁和区工业园污水处理厂及配套管网工程\n攀枝花市仁和水务有限公司','\n',char(10)),X'010d636173652d30303030303030310270311870726f6a6563742d303030303030302f7065726d69742f3104067065726d69740447483032066465707431360018323032362d3531303431312d34382d30332d30303030303036e4bb81e5928ce58cbae5b7a5e4b89ae59bade6b1a1e6b0b4e5a484e79086e58e82e58f8ae9858de5a597e7aea1e7bd91e5b7a5e7a88b24e69480e69e9de88ab1e5b882e4bb81e5928ce6b0b4e58aa1e69c89e99990e585ace58fb80a757365722d303030303008616363657074656401008290f3b28380a6068299edb38380a60600010a6c6174655f7265706c790870726f6d69736564000082fcefcac8c8a70682e0a2f9bcb9a70682e098b4c4c3a70682fcefcac8c8a7060000');
INSERT INTO states VALUES(1,'{"catalogue":"r1"}','{"state":"accepted"}');
INSERT INTO states VALUES(2,'{"catalogue":"r1"}','{"state":"accepted"}');
INSERT INTO bodies VALUES(1,'{"answers":{"总投资":500.5}}');
INSERT INTO bodies VALUES(2,'{"answers":{"总投资":500.5}}');
INSERT INTO marks VALUES('late_reply',1);
INSERT INTO marks VALUES('late_reply',2);
INSERT INTO events VALUES(1,1,'issue_correction',1772413200000000,1772413200000000,'handler','user-00042','dept07','00000000-00000000',X'018301007b62fb0a35a52ae02e005b1ea308482d706c616e222c22736f696c2d7265706f7274362e0a2a6b0a14e7bcbae5b0911ad013109d90e6a0870e83121100045d7d',X'5edb0d7385baea1203af3bf61b4c11fc1ea4a3cd8d4a0575ede25badd6ba82b8');
INSERT INTO events VALUES(1,2,'issue_correction',1772413200000000,1772413200000000,'handler','user-00042','dept07','00000000-00000001',X'018301007b62fb0a35a52ae02e005b1ea308482d706c616e222c22736f696c2d7265706f7274362e0a2a6b0a14e7bcbae5b0911ad013109d90e6a0870e83121100045d7d',X'f817cd942c8afe05e2e45192203f24f6bf0d78680bd05324d972136c7d34bdeb');
INSERT INTO events VALUES(2,1,'issue_correction',1772413200000000,1772413200000000,'handler','user-00042','dept07','00000001-00000000',X'018301007b62fb0a35a52ae02e005b1ea308482d706c616e222c22736f696c2d7265706f7274362e0a2a6b0a14e7bcbae5b0911ad013109d90e6a0870e83121100045d7d',X'6754c08d6afe7ea789e857b02a8644102859c008dee2ac98ba700d33476cfb77');
INSERT INTO events VALUES(2,2,'issue_correction',1772413200000000,1772413200000000,'handler','user-00042','dept07','00000001-00000001',X'018301007b62fb0a35a52ae02e005b1ea308482d706c616e222c22736f696c2d7265706f7274362e0a2a6b0a14e7bcbae5b0911ad013109d90e6a0870e83121100045d7d',X'925ed4c6b1a07ffe11dfe9e634ab80251967a1e3d1701587c1f0ba91acc316dc');
INSERT INTO counts VALUES('dept13','accepted','permit','GH01',1,'ok',1);
INSERT INTO counts VALUES('dept16','accepted','permit','GH02',1,'ok',1);
INSERT INTO totals VALUES('dept13',1,'ok',1);
INSERT INTO totals VALUES('dept16',1,'ok',1);
INSERT INTO outbox VALUES(1,'case-00000000/1','case-00000000','spawn','{"flow":"reply"}',1772413200000000,-9223372036854775808,0,'',0);
INSERT INTO outbox VALUES(2,'case-00000001/1','case-00000001','spawn','{"flow":"reply"}',1772413200000000,-9223372036854775808,0,'',0);
INSERT INTO docs VALUES('codes','2018',1,'','','',NULL,'1');
INSERT INTO docs VALUES('users','u1',1,'owner','','',NULL,'{"login":"owner"}');
INSERT INTO "files" VALUES('b43c71094c98a4beabff20cd79897aa87010d2b367fb7a461f122af142cd8520',13,'application/pdf');
PRAGMA user_version = 1;
