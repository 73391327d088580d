-- buckets that a team has put its name on
CREATE TEMP VIEW {team_buckets} AS
SELECT b.region, b.bucket_name, b.arn, lower(t.value ->> 'Value') AS team
FROM {buckets} b, json_each(b.tags) t
WHERE t.value ->> 'Key' = 'Owner';

-- pools with their numbers of clients and groups
CREATE TEMP VIEW {pool_sizes} AS
SELECT p.region, p.user_pool_id, p.user_pool_name,
  (SELECT count(*) FROM {clients} c WHERE c.user_pool_id = p.user_pool_id) AS clients,
  (SELECT count(*) FROM {groups} g WHERE g.user_pool_id = p.user_pool_id) AS groups
FROM {pools} p;

-- where each instance is
CREATE TEMP VIEW {network} AS
SELECT i.region, i.instance_id, i.instance_type, s.subnet_id, s.availability_zone, v.vpc_id, v.cidr_block
FROM {instances} i
LEFT JOIN {subnets} s ON s.subnet_id = i.subnet_id AND s.region = i.region
LEFT JOIN {vpcs} v ON v.vpc_id = s.vpc_id AND v.region = s.region;

-- a table of names that are kept
CREATE TEMP TABLE {kept_names} AS
SELECT region, bucket_name FROM {bucket_names} WHERE bucket_name LIKE 'logs-%' OR bucket_name LIKE 'web-1%';
