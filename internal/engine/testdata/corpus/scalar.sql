-- count below each row
SELECT user_pool_id, (SELECT count(*) FROM {clients} c WHERE c.user_pool_id = p.user_pool_id) AS n FROM {pools} p;

-- no row is NULL
SELECT instance_id, (SELECT cidr_block FROM {subnets} s WHERE s.subnet_id = i.subnet_id) AS block FROM {instances} i;

-- the first of several
SELECT user_pool_id, (SELECT client_name FROM {clients} c WHERE c.user_pool_id = p.user_pool_id ORDER BY client_name DESC, client_id LIMIT 1) AS last
FROM {pools} p;

-- correlated two levels up
SELECT v.vpc_id,
  (SELECT count(*) FROM {subnets} s WHERE s.vpc_id = v.vpc_id
    AND (SELECT count(*) FROM {instances} i WHERE i.subnet_id = s.subnet_id AND i.vpc_id = v.vpc_id) > 2) AS crowded
FROM {vpcs} v;

-- correlated two levels up, through a level that is not
SELECT p.user_pool_id,
  (SELECT max(n) FROM (SELECT (SELECT count(*) FROM {groups} g WHERE g.user_pool_id = p.user_pool_id AND g.precedence >= k.column1) AS n
    FROM (VALUES (0), (10), (20)) k)) AS n
FROM {pools} p;

-- a subquery as the key of a look-up
SELECT arn FROM {buckets}
WHERE bucket_name = (SELECT min(bucket) FROM {policies} WHERE bucket LIKE 'web-%');

-- a look-up chained through two subqueries
SELECT instance_id,
  (SELECT cidr_block FROM {vpcs} v WHERE v.vpc_id = (SELECT vpc_id FROM {subnets} s WHERE s.subnet_id = i.subnet_id)) AS block
FROM {instances} i;

-- comparison with an aggregate of the whole
SELECT function_name, region, memory_size FROM {functions} WHERE memory_size > (SELECT avg(memory_size) FROM {functions});

-- comparison with an aggregate of its own group
SELECT region, function_name FROM {functions} f
WHERE timeout = (SELECT max(timeout) FROM {functions} o WHERE o.region = f.region);

-- in ORDER BY
-- in order
SELECT user_pool_id FROM {pools} p
ORDER BY (SELECT count(*) FROM {clients} c WHERE c.user_pool_id = p.user_pool_id) DESC, user_pool_id;

-- in GROUP BY
SELECT (SELECT team FROM {team_buckets} t WHERE t.bucket_name = p.bucket) AS team, count(*)
FROM {policies} p GROUP BY 1;

-- in CASE
SELECT user_pool_id, CASE WHEN (SELECT count(*) FROM {groups} g WHERE g.user_pool_id = p.user_pool_id) > 1
  THEN (SELECT domain FROM {domains} d WHERE d.user_pool_id = p.user_pool_id) ELSE '-' END AS it
FROM {pools} p;

-- in HAVING
SELECT vpc_id, count(*) FROM {subnets} s GROUP BY vpc_id
HAVING count(*) = (SELECT max(n) FROM (SELECT count(*) AS n FROM {subnets} GROUP BY vpc_id));

-- in VALUES
VALUES ((SELECT count(*) FROM {pools})), ((SELECT max(bucket_name) FROM {bucket_names}));

-- a recursive query that depends on the row
SELECT q.region, q.queue_name, (WITH RECURSIVE c(arn, n) AS (SELECT q.redrive_policy ->> 'deadLetterTargetArn', 0 UNION ALL
    SELECT o.redrive_policy ->> 'deadLetterTargetArn', n + 1 FROM c JOIN {queues} o ON o.arn = c.arn WHERE n < 6)
  SELECT max(n) FROM c WHERE arn IS NOT NULL) AS depth
FROM {queues} q;

-- an offset that is looked up
SELECT region, function_name, (SELECT bucket_name FROM {bucket_names} b WHERE b.region = f.region ORDER BY bucket_name LIMIT 1 OFFSET (SELECT count(*) FROM {vpcs} WHERE region = 'ap-south-1')) AS it
FROM {functions} f;

-- a subquery on the left side of a comparison
SELECT user_pool_id FROM {pools} p WHERE (SELECT min(client_name) FROM {clients} c WHERE c.user_pool_id = p.user_pool_id) = 'Web';

-- two subqueries that look up by what the other gives
SELECT i.instance_id,
  (SELECT v.enable_dns_support FROM {vpcs} v WHERE v.vpc_id = (SELECT s.vpc_id FROM {subnets} s WHERE s.subnet_id = i.subnet_id)
    AND v.region = (SELECT s.region FROM {subnets} s WHERE s.subnet_id = i.subnet_id)) AS dns
FROM {instances} i WHERE i.instance_type <> 't3.large';

-- a window in a subquery that depends on the row
SELECT p.user_pool_id, (SELECT group_concat(n, ',') FROM (SELECT row_number() OVER (ORDER BY client_id DESC) AS n FROM {clients} c WHERE c.user_pool_id = p.user_pool_id)) AS ns
FROM {pools} p;
