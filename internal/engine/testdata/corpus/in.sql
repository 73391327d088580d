-- in a list
SELECT client_id FROM {clients} WHERE client_name IN ('web', 'mobile', NULL);

-- not in a list with NULL finds nothing
-- no rows
SELECT client_id FROM {clients} WHERE client_name NOT IN ('web', NULL);

-- not in a list leaves NULLs out
SELECT client_id, client_name FROM {clients} WHERE client_name NOT IN ('web', 'mobile');

-- in a subquery with NULLs
SELECT user_pool_id FROM {pools} WHERE user_pool_name IN (SELECT client_name FROM {clients});

-- not in a subquery with NULLs finds nothing
-- no rows
SELECT user_pool_id FROM {pools} WHERE user_pool_name NOT IN (SELECT client_name FROM {clients});

-- not in a subquery without NULLs
SELECT user_pool_id FROM {pools} WHERE user_pool_name NOT IN (SELECT client_name FROM {clients} WHERE client_name IS NOT NULL);

-- the three values of IN
SELECT user_pool_id, user_pool_name IN ('main', NULL), user_pool_name NOT IN ('main', '5'), NULL IN (user_pool_name) FROM {pools};

-- in an empty list
SELECT count(*) FROM {pools} WHERE user_pool_name NOT IN ();

-- in an empty subquery
SELECT count(*) FROM {pools} WHERE user_pool_name NOT IN (SELECT client_name FROM {clients} WHERE client_id = 'none');

-- identifiers in a subquery
SELECT bucket_name, arn FROM {buckets} WHERE bucket_name IN (SELECT bucket FROM {policies} WHERE region = 'us-east-1');

-- identifiers not in a subquery
SELECT bucket_name FROM {buckets} WHERE bucket_name NOT IN (SELECT bucket FROM {policies});

-- parents in a subquery
SELECT client_id, user_pool_id FROM {clients} WHERE user_pool_id IN (SELECT user_pool_id FROM {domains} WHERE domain LIKE '%-eu');

-- in a subquery that depends on the row
SELECT instance_id FROM {instances} i
WHERE instance_type IN (SELECT instance_type FROM {instances} o WHERE o.subnet_id = i.subnet_id AND o.instance_id <> i.instance_id);

-- in, three deep
SELECT vpc_id FROM {vpcs} WHERE vpc_id IN (SELECT vpc_id FROM {subnets} WHERE subnet_id IN
  (SELECT subnet_id FROM {instances} WHERE instance_type IN (SELECT 't3.' || value FROM json_each('["large", "nano"]'))));

-- numbers and text in one list
SELECT client_id, access_token_validity FROM {clients} WHERE access_token_validity IN ('5', 10.0, '60.0', 'x');

-- in a list and in a subquery
SELECT bucket_name FROM {buckets} WHERE region IN ('us-east-1', 'ap-south-1') AND bucket_name IN (SELECT bucket_name FROM {kept_names});

-- regions in a subquery
SELECT vpc_id FROM {vpcs} WHERE region IN (SELECT region FROM {functions} WHERE function_name = 'fn-11');

-- a number as a key
SELECT count(*) FROM {buckets} WHERE bucket_name IN (5, 'logs-0-00', x'6c6f67732d302d3030');

-- more keys than a pass may lack at first
SELECT count(arn), count(*) FROM {buckets} WHERE (region, bucket_name) IN (SELECT region, bucket_name FROM {bucket_names} UNION ALL SELECT region, bucket FROM {policies});

-- not in, by parts of an identifier
SELECT user_pool_id, client_id FROM {client_names} WHERE (user_pool_id, client_id) NOT IN (SELECT user_pool_id, client_id FROM {clients} WHERE access_token_validity IS NOT NULL);
