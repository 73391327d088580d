-- limit with a total order
-- in order
SELECT bucket_name FROM {bucket_names} ORDER BY bucket_name LIMIT 10;

-- limit and offset with a total order, descending
-- in order
SELECT bucket_name, arn FROM {buckets} ORDER BY bucket_name DESC LIMIT 10 OFFSET 5;

-- ordered by a column that is read, with NULLs first
-- in order
SELECT client_name, client_id, user_pool_id FROM {clients} ORDER BY client_name, client_id, user_pool_id LIMIT 25;

-- NULLs last
-- in order
SELECT client_name, client_id, user_pool_id FROM {clients} ORDER BY client_name NULLS LAST, client_id, user_pool_id LIMIT 60;

-- NULLs first, descending
-- in order
SELECT client_name, client_id, user_pool_id FROM {clients} ORDER BY client_name DESC NULLS FIRST, client_id, user_pool_id LIMIT 30 OFFSET 3;

-- ordered by position and alias
-- in order
SELECT memory_size AS m, function_name, region FROM {functions} ORDER BY 1 DESC, m, 2, 3 LIMIT 12;

-- ordered by an expression
-- in order
SELECT bucket_name FROM {bucket_names} ORDER BY substr(bucket_name, -2) DESC, bucket_name LIMIT 10;

-- ordered without regard to case
-- in order
SELECT client_name, client_id, user_pool_id FROM {clients} ORDER BY client_name COLLATE NOCASE DESC, client_name, client_id, user_pool_id LIMIT 40;

-- ordered by a column that is not shown
-- in order
SELECT function_name FROM {functions} WHERE region = 'us-east-1' ORDER BY memory_size, function_name DESC LIMIT 6;

-- limit without an order gives as many rows
SELECT count(*), count(arn) FROM (SELECT arn FROM {buckets} LIMIT 20);

-- limit and offset without an order
SELECT count(*) FROM (SELECT bucket_name FROM {bucket_names} LIMIT 30 OFFSET 50);

-- offset beyond the end
-- no rows
SELECT bucket_name FROM {bucket_names} LIMIT 10 OFFSET 1000;

-- limit 0
-- no rows
SELECT * FROM {buckets} LIMIT 0;

-- a limit that is negative is none
SELECT bucket_name FROM {bucket_names} LIMIT -1;

-- a limit that is computed
-- in order
SELECT bucket_name FROM {bucket_names} ORDER BY bucket_name LIMIT (SELECT count(*) FROM {vpcs} WHERE region = 'us-east-1') OFFSET 1 + 1;

-- limit over a join
-- in order
SELECT p.user_pool_id, c.client_id, c.client_name
FROM {pools} p JOIN {clients} c ON c.user_pool_id = p.user_pool_id ORDER BY p.user_pool_id DESC, c.client_id LIMIT 15;

-- limit over a join without an order gives rows of the join
SELECT count(*), sum(matches) FROM (SELECT p.user_pool_id = c.user_pool_id AS matches FROM {pools} p JOIN {clients} c ON c.user_pool_id = p.user_pool_id LIMIT 33);

-- limit in a subquery of FROM, then a join
SELECT x.bucket_name, b.website_url FROM (SELECT region, bucket_name FROM {bucket_names} ORDER BY bucket_name LIMIT 8) x
JOIN {buckets} b ON b.bucket_name = x.bucket_name AND b.region = x.region;

-- limit within and without
-- in order
SELECT bucket_name FROM (SELECT bucket_name FROM {bucket_names} ORDER BY bucket_name DESC LIMIT 20) ORDER BY bucket_name LIMIT 5 OFFSET 2;

-- limit after DISTINCT
-- in order
SELECT DISTINCT instance_type FROM {instances} ORDER BY instance_type DESC LIMIT 2 OFFSET 1;

-- limit after GROUP BY
-- in order
SELECT vpc_id, count(*) AS n FROM {instances} GROUP BY vpc_id ORDER BY n DESC, vpc_id LIMIT 4;

-- limit with a filter that the list cannot decide
-- in order
SELECT bucket_name FROM {buckets} WHERE website_url = 'http://a.example' ORDER BY bucket_name LIMIT 4 OFFSET 2;

-- distinct ordered by an expression
-- in order
SELECT DISTINCT substr(bucket_name, 1, 6) AS prefix FROM {bucket_names} ORDER BY length(prefix), prefix DESC LIMIT 4;

-- ordered by a subquery and limited
-- in order
SELECT vpc_id FROM {vpcs} v ORDER BY (SELECT count(*) FROM {instances} i WHERE i.vpc_id = v.vpc_id) DESC, vpc_id DESC LIMIT 3 OFFSET 1;

-- limit of a left join by key
-- in order
SELECT p.region, p.bucket, b.arn FROM {policies} p LEFT JOIN {buckets} b ON b.bucket_name = p.bucket AND b.region = p.region
ORDER BY p.bucket DESC, p.region LIMIT 11 OFFSET 1;

-- limit of rows that a subquery lets through
SELECT count(*) FROM (SELECT 1 FROM {instances} i WHERE EXISTS (SELECT 1 FROM {subnets} s WHERE s.subnet_id = i.subnet_id AND s.map_public_ip_on_launch) LIMIT 6);
