-- nothing equals NULL
-- no rows
SELECT bucket_name FROM {buckets} WHERE bucket_name = NULL;

-- a key that is NULL finds nothing
-- no rows
SELECT s.subnet_id FROM {instances} i JOIN {subnets} s ON s.subnet_id = i.subnet_id WHERE i.instance_id = 'i-0lone';

-- NULL keys find each other by IS
SELECT a.instance_id, b.instance_id FROM {instances} a JOIN {instances} b ON a.subnet_id IS b.subnet_id AND a.instance_id <> b.instance_id WHERE a.subnet_id IS NULL;

-- an identifier that is not there
-- no rows
SELECT * FROM {vpcs} WHERE vpc_id = 'vpc-none';

-- conditions that exclude each other
-- no rows
SELECT vpc_id FROM {vpcs} WHERE vpc_id = 'vpc-00' AND vpc_id = 'vpc-01';

-- a condition that is never true
-- no rows
SELECT vpc_id FROM {vpcs} WHERE 1 = 0;

-- an inner join with an empty table
-- no rows
SELECT v.vpc_id FROM {vpcs} v JOIN (SELECT vpc_id FROM {subnets} WHERE subnet_id = 'none') s ON s.vpc_id = v.vpc_id;

-- a left join with an empty table
SELECT v.vpc_id, s.vpc_id FROM {vpcs} v LEFT JOIN (SELECT vpc_id FROM {subnets} WHERE subnet_id = 'none') s ON s.vpc_id = v.vpc_id;

-- an aggregate over an empty join
SELECT count(*), max(s.subnet_id) FROM {vpcs} v JOIN {subnets} s ON s.vpc_id = v.vpc_id AND s.cidr_block = v.cidr_block;

-- an empty key
SELECT j.value, g.group_name FROM json_each('["us-east-1_p03", ""]') j LEFT JOIN {groups} g ON g.user_pool_id = j.value;

-- keys that are text, numbers and NULL
SELECT j.value, j.type, g.group_name FROM json_each('["us-east-1_p03", 3, null]') j LEFT JOIN {groups} g ON g.user_pool_id = j.value;
