-- values as a table
SELECT v.column1, p.user_pool_id FROM (VALUES ('main'), ('staff'), (NULL)) v JOIN {pools} p ON p.user_pool_name = v.column1;

-- values as keys, one of them NULL
SELECT v.column1, b.arn FROM (VALUES ('logs-0-00'), (NULL), ('none')) v LEFT JOIN {buckets} b ON b.Identifier = v.column1;

-- a named table of values
WITH want(pool, client) AS (VALUES ('us-east-1_p04', 'shared'), ('eu-west-1_p05', 'shared'), ('us-east-1_p04', 'none'))
SELECT w.pool, c.region, c.client_name FROM want w LEFT JOIN {clients} c ON c.user_pool_id = w.pool AND c.client_id = w.client;

-- a subquery with LIMIT joined on its key
SELECT s.function_name, l.retention_in_days FROM (SELECT function_name, region FROM {functions} ORDER BY function_name, region LIMIT 9) s
LEFT JOIN {log_groups} l ON l.log_group_name = '/aws/lambda/' || s.function_name AND l.region = s.region;

-- two subqueries with LIMIT
SELECT a.bucket_name, b.function_name FROM (SELECT bucket_name FROM {bucket_names} ORDER BY 1 LIMIT 3) a,
  (SELECT function_name FROM {functions} WHERE region = 'eu-west-1' ORDER BY 1 DESC LIMIT 2) b;

-- a grouped subquery joined back
SELECT c.client_id, c.user_pool_id FROM {clients} c
JOIN (SELECT user_pool_id, max(access_token_validity) AS m FROM {clients} GROUP BY user_pool_id) x ON x.user_pool_id = c.user_pool_id AND x.m = c.access_token_validity;

-- a distinct subquery
SELECT d.runtime, count(*) FROM (SELECT DISTINCT runtime FROM {functions}) d JOIN {functions} f ON f.runtime = d.runtime GROUP BY 1;

-- a subquery in a subquery in FROM
SELECT count(*), max(n) FROM (SELECT region, n FROM (SELECT region, count(*) AS n FROM {instances} GROUP BY region) WHERE n > 5);

-- a condition pushed into a subquery
SELECT * FROM (SELECT bucket_name, region, website_url AS a FROM {buckets}) WHERE bucket_name = 'web-1-11' AND a IS NOT NULL;

-- a table-valued function between two tables
SELECT f.function_name, n.value, b.bucket_name FROM {functions} f, generate_series(0, 3) n LEFT JOIN {buckets} b
  ON b.bucket_name = 'logs-0-' || printf('%02d', n.value) AND b.region = f.region WHERE f.region = 'us-east-1' AND f.memory_size = 1024;

-- nothing is selected from
SELECT 1 + 1, (SELECT count(*) FROM {vpcs}) > 0;
