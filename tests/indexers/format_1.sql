-- A catalogue as format 1 was written, dumped by sqlite3's .dump.
BEGIN TRANSACTION;
CREATE TABLE associations (
	record INTEGER NOT NULL, 
	person INTEGER NOT NULL, 
	role INTEGER NOT NULL, 
	sharers INTEGER NOT NULL, 
	FOREIGN KEY(record) REFERENCES records (number) ON DELETE CASCADE, 
	FOREIGN KEY(person) REFERENCES people (number)
);
INSERT INTO "associations" VALUES(2,1,0,1);
INSERT INTO "associations" VALUES(3,1,1,1);
INSERT INTO "associations" VALUES(4,1,1,1);
INSERT INTO "associations" VALUES(5,1,1,1);
CREATE TABLE bodies (
	record INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	html TEXT, 
	PRIMARY KEY (record), 
	FOREIGN KEY(record) REFERENCES records (number) ON DELETE CASCADE
);
INSERT INTO "bodies" VALUES(3,'La facture d''eau est arrivée',NULL);
INSERT INTO "bodies" VALUES(4,'Rapport sur la fraude',NULL);
INSERT INTO "bodies" VALUES(5,'Le réseau d''assainissement.

Les pompes de relevage.',NULL);
INSERT INTO "bodies" VALUES(7,'La sécurité des données',NULL);
CREATE TABLE facts (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "facts" VALUES('format','1');
INSERT INTO "facts" VALUES('generation','6');
INSERT INTO "facts" VALUES('analyser','1');
INSERT INTO "facts" VALUES('record','7');
INSERT INTO "facts" VALUES('passage','6');
INSERT INTO "facts" VALUES('person','1');
INSERT INTO "facts" VALUES('encoder','{"dimension": 64, "name": "hashing", "passage_prompt": "", "query_prompt": "", "revision": "1", "scale": 254.0}');
INSERT INTO "facts" VALUES('vector','5');
INSERT INTO "facts" VALUES('removal','1');
CREATE TABLE failures (
	source VARCHAR NOT NULL, 
	reason TEXT NOT NULL, 
	at FLOAT NOT NULL, 
	PRIMARY KEY (source)
);
CREATE TABLE groups (
	record INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	private INTEGER NOT NULL, 
	PRIMARY KEY (record), 
	FOREIGN KEY(record) REFERENCES records (number) ON DELETE CASCADE, 
	UNIQUE (id)
);
INSERT INTO "groups" VALUES(1,'audit',1);
CREATE TABLE memberships (
	record INTEGER NOT NULL, 
	container VARCHAR NOT NULL, 
	member VARCHAR NOT NULL, 
	FOREIGN KEY(record) REFERENCES records (number) ON DELETE CASCADE
);
INSERT INTO "memberships" VALUES(1,'group:audit','user:amy');
CREATE TABLE passages (
	id INTEGER NOT NULL, 
	record INTEGER NOT NULL, 
	heading TEXT NOT NULL, 
	page INTEGER, 
	text TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(record) REFERENCES records (number) ON DELETE CASCADE
);
INSERT INTO "passages" VALUES(1,2,'',NULL,'Hydrologue
La crue et la pluie.');
INSERT INTO "passages" VALUES(2,3,'',NULL,'La facture d''eau est arrivée');
INSERT INTO "passages" VALUES(3,4,'',NULL,'Rapport sur la fraude');
INSERT INTO "passages" VALUES(4,5,'',NULL,'Le réseau d''assainissement.
Les pompes de relevage.');
INSERT INTO "passages" VALUES(6,7,'',NULL,'La sécurité des données');
CREATE TABLE people (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (id)
);
INSERT INTO "people" VALUES(1,'amy');
CREATE TABLE records (
	number INTEGER NOT NULL, 
	kind INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	digest BLOB NOT NULL, 
	rule INTEGER NOT NULL, 
	day FLOAT, 
	language VARCHAR(3) NOT NULL, 
	title TEXT NOT NULL, 
	card TEXT NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (kind, id), 
	FOREIGN KEY(rule) REFERENCES rules (number)
);
INSERT INTO "records" VALUES(1,1,'audit',X'E7973DD0D4A652787C7EDD16BCC1E1AF',0,NULL,'fr','Audit','{"id":"audit","members":["amy"],"name":"Audit","type":"group","visibility":"private"}');
INSERT INTO "records" VALUES(2,0,'amy',X'66FE6C258CB5B8C3B827C9721FBF7E57',1,NULL,'fr','Amy Martin','{"about":"La crue et la pluie.","id":"amy","name":"Amy Martin","title":"Hydrologue","type":"person"}');
INSERT INTO "records" VALUES(3,2,'p1',X'6FFDD4E4AE7EF1D884982FA0E281905B',1,NULL,'fr','','{"authors":["amy"],"id":"p1","language":"fr","type":"post"}');
INSERT INTO "records" VALUES(4,2,'p2',X'722D860DD13E26DA9D4DF62C003F9777',0,NULL,'fr','','{"authors":["amy"],"group":"audit","id":"p2","language":"fr","type":"post"}');
INSERT INTO "records" VALUES(5,3,'d1',X'456656DADEB1170A22BB37D6F0E5D7C3',1,NULL,'fr','Plan de prévention','{"authors":["amy"],"id":"d1","language":"fr","title":"Plan de prévention","type":"document"}');
INSERT INTO "records" VALUES(7,2,'p4',X'85789F64A9EF25F28029C32CC6352B7D',1,NULL,'fr','','{"id":"p4","language":"fr","type":"post"}');
CREATE TABLE removals (
	number INTEGER NOT NULL, 
	record INTEGER NOT NULL, 
	kind INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	deleted INTEGER NOT NULL, 
	at FLOAT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "removals" VALUES(1,6,2,'p3',1,1795453742.8408);
CREATE TABLE rules (
	number INTEGER NOT NULL, 
	rule VARCHAR NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (rule)
);
INSERT INTO "rules" VALUES(0,'[null, [], "audit"]');
INSERT INTO "rules" VALUES(1,'[null, [], null]');
CREATE TABLE terms (
	passage INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (passage), 
	FOREIGN KEY(passage) REFERENCES passages (id) ON DELETE CASCADE
);
INSERT INTO "terms" VALUES(1,X'7C2574A80100AC32B68801008B19906D010077A4DE4F0200F0D7012D0200');
INSERT INTO "terms" VALUES(2,X'DB16155D01008C0FD4ED0100C94F27E201002E796AF90100EC1DF5330100');
INSERT INTO "terms" VALUES(3,X'9CA034BE01000294E4400100');
INSERT INTO "terms" VALUES(4,X'B82CE5CD010097D5B2E201004B97A689010017A7D41101007D5B5ADD0200255E62CA0200');
INSERT INTO "terms" VALUES(6,X'E9827AD20100E70F842E0100D981F0F8010011F43A4D0100');
CREATE TABLE vectors (
	number INTEGER NOT NULL, 
	passage INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (passage), 
	FOREIGN KEY(passage) REFERENCES passages (id) ON DELETE CASCADE
);
INSERT INTO "vectors" VALUES(1,1,X'00D5D500D500002B000000002B0000000056002B2B00D52B0000D54500002B000000002B2B00562B00D5D545000000000000D500002B0045000000002B000000');
INSERT INTO "vectors" VALUES(2,2,X'0036000036003600CA000000000000000036CA0000CA0000CA00360036000000000000360000000000CA0000360000003600360000360000CA56000000000056');
INSERT INTO "vectors" VALUES(3,3,X'BE000000000042BE42000000420000000042BEBE00000000000000000000000000BE000000000000004200420000000042000000000000BE00420000BE000000');
INSERT INTO "vectors" VALUES(4,4,X'DD23DD0000002300000023230000230023DDC90000233700DD000000DDC900DD370023450000373737C9000037000023DD2337DD00C90000C90000DDDD000000');
CREATE INDEX ix_passages_record ON passages (record);
CREATE INDEX ix_associations_record ON associations (record);
CREATE INDEX ix_memberships_record ON memberships (record);
CREATE INDEX memberships_by_member ON memberships (member);
COMMIT;
