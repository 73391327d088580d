-- a compound identifier
SELECT client_name, region FROM {clients} WHERE Identifier = 'us-east-1_p04|shared';

-- all parts of it
SELECT client_name FROM {clients} WHERE user_pool_id = 'eu-west-1_p05' AND client_id = 'shared';

-- the parts with IN, every pair
SELECT user_pool_id, client_id FROM {clients} WHERE user_pool_id IN ('us-east-1_p04', 'us-east-1_p09', 'none') AND client_id IN ('shared', 'c0041', 'c0092');

-- one part only
SELECT user_pool_id, region FROM {clients} WHERE client_id = 'shared';

-- compound identifiers of a join
SELECT g.group_name, c.client_name FROM {groups} g JOIN {clients} c ON c.Identifier = g.user_pool_id || '|shared';

-- the identifier put together from its parts
SELECT count(*), sum(Identifier = user_pool_id || '|' || client_id) FROM {clients};

-- a parent given
SELECT group_name, precedence FROM {groups} WHERE user_pool_id = 'us-east-1_p03';

-- a parent given that is not there
-- no rows
SELECT group_name FROM {groups} WHERE user_pool_id = 'us-east-1_none';

-- a parent given, of the wrong region
-- no rows
SELECT group_name FROM {groups} WHERE user_pool_id = 'us-east-1_p03' AND region = 'eu-west-1';

-- parents not given
SELECT user_pool_id, group_name FROM {groups} WHERE group_name = 'admins';

-- parents joined from a list
SELECT v.column1, n.client_id FROM (VALUES ('us-east-1_p02'), ('ap-south-1_p03'), ('x_none')) v LEFT JOIN {client_names} n ON n.user_pool_id = v.column1;

-- parents found by a name
SELECT c.client_id FROM {clients} c WHERE c.user_pool_id IN (SELECT user_pool_id FROM {pools} WHERE user_pool_name = 'Main');

-- one region
SELECT bucket_name, website_url FROM {buckets} WHERE region = 'ap-south-1';

-- two regions of three
SELECT region, count(*), count(arn) FROM {buckets} WHERE region IN ('eu-west-1', 'ap-south-1') GROUP BY region;

-- all but one region
SELECT region, vpc_id FROM {vpcs} WHERE region <> 'us-east-1';

-- a region that the session does not have
-- no rows
SELECT bucket_name FROM {buckets} WHERE region = 'us-west-2';

-- the same function in every region
SELECT a.function_name, a.region, b.region FROM {functions} a JOIN {functions} b ON a.function_name = b.function_name AND a.region < b.region WHERE a.memory_size IS NOT b.memory_size OR a.runtime IS NOT b.runtime;

-- regions as values of a join
SELECT v.column1, count(f.function_name) FROM (VALUES ('us-east-1'), ('ap-south-1')) v LEFT JOIN {functions} f ON f.region = v.column1 GROUP BY 1;

-- hidden columns
SELECT bucket_name, account_id, _properties ->> '$.BucketName', json_type(_properties, '$.Tags') FROM {buckets:all};

-- hidden columns in WHERE
SELECT user_pool_id FROM {pools:all} WHERE _properties ->> '$.UserPoolTags.Owner' = 'blue' AND account_id IS NOT NULL;

-- a hidden column of a list
SELECT Identifier FROM {client_names:all} WHERE user_pool_id = 'us-east-1_p04';

-- a look-up by a hidden column
SELECT n.client_id, c.client_name FROM {client_names:all} n JOIN {clients:all} c ON c.Identifier = n.Identifier AND c.region = n.region;

-- a hidden column of a join
SELECT s.subnet_id, v._properties ->> 'CidrBlock' FROM {subnets} s JOIN {vpcs:all} v ON v.vpc_id = s.vpc_id;

-- all columns
SELECT * FROM {instances};

-- all columns of one side of a join
SELECT c.* FROM {domains} d JOIN {clients} c USING (user_pool_id);

-- a type that cannot be listed, by identifiers
SELECT region, domain FROM {logins} WHERE Identifier IN ('us-east-1_p00|login-0', 'us-east-1_p03|login-3', 'us-east-1_p00|login-3');

-- a type that cannot be listed, by the parts
SELECT Identifier FROM {logins} WHERE user_pool_id IN ('us-east-1_p00', 'us-east-1_p03') AND domain IN ('login-0', 'login-3');

-- a type that cannot be listed, joined by key
SELECT d.domain, l.region, l.Identifier FROM {domains} d LEFT JOIN {logins} l ON l.user_pool_id = d.user_pool_id AND l.domain = d.domain AND l.region = d.region
WHERE d.domain IN ('login-0', 'login-3', 'login-3-eu');

-- an identifier by pattern
SELECT Identifier FROM {clients} WHERE Identifier GLOB 'us-east-1_p0[45]|*';

-- identifiers between
SELECT Identifier FROM {groups} WHERE Identifier BETWEEN 'eu-west-1_p03' AND 'eu-west-1_p07|b';

-- a part and a pattern of the other
SELECT client_id FROM {clients} WHERE user_pool_id = 'us-east-1_p09' AND client_id LIKE '%1';

-- an identifier that contradicts its part
-- no rows
SELECT client_name FROM {clients} WHERE Identifier = 'us-east-1_p04|shared' AND client_id = 'c0041';

-- an identifier or another
SELECT Identifier, client_name FROM {clients} WHERE Identifier = 'us-east-1_p04|shared' OR (user_pool_id = 'eu-west-1_p05' AND client_id = 'shared') OR client_name = 'main';
