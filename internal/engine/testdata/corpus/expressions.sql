-- CASE with a value
SELECT function_name, CASE memory_size WHEN 128 THEN 'small' WHEN 256 THEN 'middle' ELSE 'large' END FROM {functions};

-- CASE with conditions, and NULL without ELSE
SELECT instance_id, CASE WHEN monitoring THEN 'on' WHEN NOT monitoring THEN 'off' END FROM {instances};

-- CASE in an aggregate
SELECT sum(CASE WHEN website_url = 'http://a.example' THEN 1 ELSE 0 END), sum(website_url = 'http://a.example') FROM {buckets};

-- without regard to case
SELECT bucket_name, website_url FROM {buckets} WHERE website_url = 'HTTP://A.EXAMPLE' COLLATE NOCASE;

-- an identifier without regard to case
SELECT bucket_name FROM {buckets} WHERE bucket_name = 'LOGS-0-00' COLLATE NOCASE;

-- LIKE
SELECT log_group_name FROM {log_groups} WHERE log_group_name LIKE '%/FN-0_';

-- LIKE with an escape
SELECT user_pool_id FROM {pools} WHERE user_pool_id LIKE 'us-east-1\_p0%' ESCAPE '\';

-- LIKE on a name that is not ASCII
SELECT user_pool_id FROM {pools} WHERE user_pool_name LIKE '%é' OR user_pool_name LIKE '顧_';

-- GLOB
SELECT log_group_name FROM {log_groups} WHERE log_group_name GLOB '/aws/lambda/[F]*';

-- REGEXP
SELECT bucket_name FROM {buckets} WHERE bucket_name REGEXP '^(logs|web)-[01]-1[0-9]$';

-- BETWEEN numbers
SELECT function_name, region FROM {functions} WHERE memory_size BETWEEN 129 AND 1024;

-- NOT BETWEEN leaves NULLs out
SELECT function_name, region, timeout FROM {functions} WHERE timeout NOT BETWEEN 5 AND 100;

-- BETWEEN identifiers
SELECT bucket_name FROM {bucket_names} WHERE bucket_name BETWEEN 'data-1' AND 'data-1-11';

-- IS NOT DISTINCT FROM
SELECT a.user_pool_id, b.user_pool_id FROM {pools} a JOIN {pools} b
  ON a.user_pool_name IS NOT DISTINCT FROM b.user_pool_name AND a.user_pool_id < b.user_pool_id;

-- IS DISTINCT FROM
SELECT user_pool_id, mfa_configuration FROM {pools} WHERE mfa_configuration IS DISTINCT FROM 'ON';

-- IS with NULL keys
SELECT instance_id FROM {instances} WHERE subnet_id IS NULL;

-- truth values
SELECT instance_id, monitoring, NOT monitoring, monitoring IS TRUE, monitoring IS NOT FALSE, monitoring + 1 FROM {instances};

-- truth values as a condition
SELECT client_id, user_pool_id FROM {clients} WHERE generate_secret IS NOT TRUE;

-- arithmetic with NULL
SELECT function_name, region, memory_size / 100, memory_size % 100, timeout * 2, coalesce(timeout, -1), nullif(memory_size, 128) FROM {functions};

-- types of values
SELECT DISTINCT typeof(memory_size), typeof(runtime), typeof(layers), typeof(region) FROM {functions};

-- text functions on names that are not ASCII
SELECT user_pool_id, length(user_pool_name), upper(user_pool_name), substr(user_pool_name, 1, 1), unicode(user_pool_name), hex(user_pool_name) FROM {pools};

-- a name that is not ASCII by equality
SELECT user_pool_id FROM {pools} WHERE user_pool_name = '顧客';

-- a number compared with text
SELECT client_id, user_pool_id FROM {clients} WHERE access_token_validity = '5' AND client_name <> 10;

-- a name that looks like a number
SELECT user_pool_id FROM {pools} WHERE user_pool_name = 5;

-- OR of conditions on different columns
SELECT bucket_name FROM {buckets} WHERE bucket_name = 'logs-0-00' OR website_url = 'http://b.example' OR region = 'ap-south-1';

-- NOT of a conjunction
SELECT client_id, user_pool_id FROM {clients} WHERE NOT (generate_secret AND client_name = 'web');
