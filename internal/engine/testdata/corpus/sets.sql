-- union
SELECT user_pool_name FROM {pools} UNION SELECT client_name FROM {clients};

-- union all
SELECT region, user_pool_id FROM {domains} UNION ALL SELECT region, user_pool_id FROM {groups};

-- intersect
SELECT user_pool_id FROM {groups} INTERSECT SELECT user_pool_id FROM {clients};

-- except
SELECT user_pool_id FROM {pools} EXCEPT SELECT user_pool_id FROM {domains};

-- except knows NULL from nothing
SELECT user_pool_name FROM {pools} EXCEPT SELECT client_name FROM {clients} WHERE client_name IS NOT NULL;

-- union with ORDER BY and LIMIT
-- in order
SELECT bucket_name AS name, region FROM {bucket_names} UNION SELECT function_name, region FROM {functions} ORDER BY name DESC, region LIMIT 7;

-- union all with ORDER BY, LIMIT and OFFSET
-- in order
SELECT 'pool' AS kind, user_pool_id AS id FROM {pools} UNION ALL SELECT 'client', client_id || user_pool_id FROM {clients} ORDER BY 2, 1 LIMIT 20 OFFSET 15;

-- three of them, from left to right
SELECT user_pool_id FROM {pools} EXCEPT SELECT user_pool_id FROM {groups} UNION SELECT user_pool_id FROM {domains} WHERE region = 'eu-west-1';

-- a union in FROM, filtered from outside
SELECT kind, name FROM (SELECT 'vpc' AS kind, vpc_id AS name, region FROM {vpcs} UNION ALL SELECT 'subnet', subnet_id, region FROM {subnets})
WHERE region = 'ap-south-1' OR name LIKE '%1';

-- a union joined with a table
SELECT u.id, p.user_pool_name FROM (SELECT user_pool_id AS id FROM {domains} UNION SELECT user_pool_id FROM {groups}) u JOIN {pools} p ON p.user_pool_id = u.id;

-- intersect in IN
SELECT function_name, region FROM {functions}
WHERE function_name IN (SELECT function_name FROM {functions} WHERE region = 'us-east-1' INTERSECT SELECT function_name FROM {functions} WHERE region = 'ap-south-1');

-- union with values
SELECT bucket_name FROM {bucket_names} WHERE region = 'eu-west-1' UNION VALUES ('none'), ('logs-1-00');

-- union of aggregates
SELECT 'buckets', count(*) FROM {buckets} UNION ALL SELECT 'clients', count(*) FROM {clients} UNION ALL SELECT 'named', count(client_name) FROM {clients};
