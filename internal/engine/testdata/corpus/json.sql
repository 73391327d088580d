-- each tag
SELECT b.bucket_name, t.key, t.value ->> 'Key', t.value ->> 'Value' FROM {buckets} b, json_each(b.tags) t;

-- each tag, with buckets that have none
SELECT b.bucket_name, t.value FROM {buckets} b LEFT JOIN json_each(b.tags) t;

-- json_extract of a path
SELECT bucket_name, json_extract(versioning_configuration, '$.Status') FROM {buckets};

-- json_extract of several paths
SELECT bucket_name, json_extract(tags, '$[0].Key', '$[0].Value', '$[9]') FROM {buckets} WHERE tags IS NOT NULL;

-- arrows
SELECT user_pool_id, user_pool_tags -> 'Owner', user_pool_tags ->> 'Owner', user_pool_tags ->> '$.Tier' FROM {pools};

-- an arrow in WHERE
SELECT user_pool_id FROM {pools} WHERE user_pool_tags ->> 'Owner' = 'red';

-- a key that is not ASCII
SELECT bucket_name, tags ->> '$[0].Value' FROM {buckets} WHERE tags ->> '$[0].Key' = 'Größe';

-- elements as keys of look-ups
SELECT j.value, b.region, b.arn FROM json_each('["logs-0-00", "data-1-01", "none", null, 5]') j LEFT JOIN {buckets} b ON b.bucket_name = j.value;

-- security groups that instances share
SELECT a.instance_id, b.instance_id, x.value
FROM {instances} a, json_each(a.security_group_ids) x, {instances} b, json_each(b.security_group_ids) y
WHERE x.value = y.value AND x.value <> 'sg-9' AND a.instance_id < b.instance_id AND a.region = 'us-east-1' AND b.region = 'us-east-1' AND a.vpc_id = 'vpc-00';

-- an element tested by EXISTS
SELECT bucket_name FROM {buckets} b WHERE EXISTS (SELECT 1 FROM json_each(b.tags) WHERE value ->> 'Key' = 'Owner' AND value ->> 'Value' = 'Red');

-- a count of elements
SELECT client_id, user_pool_id, json_array_length(callback_urls), json_type(callback_urls) FROM {clients};

-- JSON compared as text
SELECT client_id FROM {clients} WHERE callback_urls = '[]';

-- a tree
SELECT p.bucket, t.fullkey, t.atom FROM {policies} p, json_tree(p.policy_document) t WHERE t.atom IS NOT NULL AND p.region = 'us-east-1';

-- JSON made of rows
SELECT v.vpc_id, (SELECT json_group_array(subnet_id) FROM (SELECT subnet_id FROM {subnets} s WHERE s.vpc_id = v.vpc_id ORDER BY subnet_id)) AS subnets FROM {vpcs} v;

-- an object made of columns
SELECT json_object('name', function_name, 'memory', memory_size, 'runtime', runtime) FROM {functions};

-- a key out of a JSON array of keys
SELECT c.client_id, c.client_name FROM json_each('[{"pool": "us-east-1_p04", "id": "shared"}, {"pool": "us-east-1_p09", "id": "c0092"}]') j
JOIN {clients} c ON c.user_pool_id = j.value ->> 'pool' AND c.client_id = j.value ->> 'id';

-- grouped by an element
SELECT lower(t.value ->> 'Value') AS owner, count(DISTINCT b.bucket_name) FROM {buckets} b, json_each(b.tags) t WHERE t.value ->> 'Key' = 'Owner' GROUP BY 1;
