-- a column beyond the 64th
SELECT id, p70, p79 FROM {wides};

-- a condition on one
SELECT id FROM {wides} WHERE p70 = 'é' OR p79 = '1';

-- a join on one
SELECT a.id, b.id FROM {wides} a JOIN {wides} b ON a.p70 = b.p70 AND a.id < b.id;

-- grouped by one
SELECT p70, count(*), count(p79) FROM {wides} GROUP BY p70 ORDER BY count(*);

-- a full join with one in USING
SELECT p79, a.id, b.id FROM {wides} a FULL JOIN (SELECT id, p79 FROM {wides} WHERE region = 'us-east-1') b USING (p79);

-- looked up by key
SELECT v.column1, w.p70 FROM (VALUES ('w000'), ('w103'), ('none')) v LEFT JOIN {wides} w ON w.id = v.column1;

-- ordered by one
-- in order
SELECT id FROM {wides} ORDER BY p70 DESC, id LIMIT 11;

-- one in a subquery that depends on the row
SELECT id, (SELECT count(*) FROM {wides} o WHERE o.p70 = w.p70 AND o.region = w.region) FROM {wides} w;

-- the last of the columns that are kept account of
SELECT p59 FROM {wides};

-- the 64th column
SELECT p60 FROM {wides};

-- the 65th column
SELECT p61 FROM {wides};

-- the 65th column in a condition
SELECT count(*) FROM {wides} WHERE p61 = 'c3';

-- the 64th column as a key
SELECT a.id, b.id FROM {wides} a LEFT JOIN {wides} b ON b.p60 = a.p60 AND b.id > a.id AND b.region = a.region;
