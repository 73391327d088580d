-- a view
SELECT region, bucket_name, team FROM {team_buckets};

-- a view filtered by key
SELECT team FROM {team_buckets} WHERE bucket_name = 'data-0-13' AND region = 'us-east-1';

-- a view grouped
SELECT team, count(*), min(arn) FROM {team_buckets} GROUP BY team;

-- a view with scalar subqueries
SELECT user_pool_id, clients, groups FROM {pool_sizes} WHERE clients > groups;

-- a view of which one column is used
SELECT count(user_pool_name) FROM {pool_sizes};

-- a view over three tables
SELECT availability_zone, count(*), count(DISTINCT vpc_id) FROM {network} GROUP BY availability_zone;

-- a view joined with itself
SELECT a.instance_id, b.instance_id FROM {network} a JOIN {network} b ON a.subnet_id = b.subnet_id AND a.instance_id < b.instance_id AND a.instance_type = b.instance_type;

-- a view joined with a table
SELECT t.bucket_name, t.team, p.policy_document ->> '$.Statement[0].Effect' FROM {team_buckets} t LEFT JOIN {policies} p ON p.bucket = t.bucket_name AND p.region = t.region;

-- a view in EXISTS
SELECT subnet_id FROM {subnets} s WHERE NOT EXISTS (SELECT 1 FROM {network} n WHERE n.subnet_id = s.subnet_id AND n.instance_type = 't3.large');

-- a table made of rows
SELECT k.bucket_name, b.website_url FROM {kept_names} k JOIN {buckets} b ON b.bucket_name = k.bucket_name AND b.region = k.region;

-- a materialised common table expression
WITH c AS MATERIALIZED (SELECT region, function_name, memory_size FROM {functions} WHERE memory_size > 128)
SELECT a.function_name, b.region FROM c a JOIN c b ON a.function_name = b.function_name AND a.region <> b.region;

-- a common table expression that is not materialised
WITH c AS NOT MATERIALIZED (SELECT * FROM {clients})
SELECT client_name FROM c WHERE user_pool_id = 'us-east-1_p04' AND client_id = 'shared' UNION ALL SELECT client_id FROM c WHERE generate_secret;

-- common table expressions that build on each other
WITH owners AS (SELECT user_pool_id, user_pool_tags ->> 'Owner' AS owner FROM {pools}),
  sizes AS (SELECT user_pool_id, count(*) AS n FROM {clients} GROUP BY user_pool_id),
  both AS (SELECT owner, n FROM owners LEFT JOIN sizes USING (user_pool_id))
SELECT owner, sum(n), count(*) FROM both GROUP BY owner;
