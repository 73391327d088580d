-- global aggregates
SELECT count(*), count(memory_size), sum(memory_size), min(function_name), max(timeout), round(avg(timeout), 4), total(timeout) FROM {functions};

-- group by a column of the list
SELECT region, count(*) FROM {bucket_names} GROUP BY region;

-- group by a column that is read, NULL is a group
SELECT website_url, count(*), min(bucket_name) FROM {buckets} GROUP BY website_url;

-- group without regard to case
SELECT lower(client_name), count(*), sum(access_token_validity) FROM {clients} GROUP BY client_name COLLATE NOCASE;

-- having
SELECT user_pool_id, count(*) AS n FROM {clients} GROUP BY user_pool_id HAVING n > 3 OR max(access_token_validity) = 10;

-- having without GROUP BY
SELECT count(*) FROM {vpcs} HAVING count(*) > 2;

-- distinct
SELECT DISTINCT instance_type, monitoring FROM {instances};

-- count distinct
SELECT count(DISTINCT instance_type), count(DISTINCT subnet_id), count(DISTINCT region) FROM {instances};

-- filter
SELECT region, count(*) FILTER (WHERE monitoring), count(*) FILTER (WHERE monitoring IS NULL), max(instance_type) FILTER (WHERE subnet_id IS NULL) FROM {instances} GROUP BY region;

-- an aggregate over a join
SELECT p.user_pool_name, count(c.client_id), sum(c.access_token_validity), count(DISTINCT p.user_pool_id)
FROM {pools} p LEFT JOIN {clients} c ON c.user_pool_id = p.user_pool_id GROUP BY p.user_pool_name;

-- an aggregate over three tables
SELECT v.region, count(DISTINCT v.vpc_id), count(DISTINCT s.subnet_id), count(i.instance_id)
FROM {vpcs} v LEFT JOIN {subnets} s ON s.vpc_id = v.vpc_id LEFT JOIN {instances} i ON i.subnet_id = s.subnet_id GROUP BY v.region;

-- an aggregate of an aggregate
SELECT n, count(*) FROM (SELECT user_pool_id, count(*) AS n FROM {groups} GROUP BY user_pool_id) GROUP BY n;

-- text of a group, in order
SELECT user_pool_id, group_concat(group_name, '+' ORDER BY precedence DESC) FROM {groups} GROUP BY user_pool_id;

-- the row of the greatest
SELECT region, max(bucket_name), website_url FROM {buckets} GROUP BY region;

-- grouped by an expression
SELECT substr(bucket_name, 1, instr(bucket_name, '-') - 1) AS prefix, count(*) FROM {bucket_names} GROUP BY prefix HAVING count(*) > 1;

-- grouped by two and ordered
-- in order
SELECT region, runtime, count(*), sum(memory_size) FROM {functions} GROUP BY region, runtime ORDER BY region, runtime;

-- aggregates of nothing
SELECT count(*), sum(memory_size), max(runtime), group_concat(runtime) FROM {functions} WHERE function_name = 'none';

-- groups of nothing
-- no rows
SELECT region, count(*) FROM {functions} WHERE function_name = 'none' GROUP BY region;
