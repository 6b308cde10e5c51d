-- Cluster membership of the silos, and the statements with which Orleans reads and writes it. Orleans finds the statements by key in
-- OrleansQuery, gives parameters by name and reads columns by name; tables and SQL are ours. A cluster has one version row: every change of
-- a member moves it by one (compare and swap), so that two members never act on different views.

CREATE TABLE cluster_version (
  cluster     text PRIMARY KEY,
  version     int NOT NULL,
  changed_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cluster_member (
  cluster        text NOT NULL REFERENCES cluster_version,
  address        text NOT NULL,
  port           int NOT NULL,
  generation     int NOT NULL,
  silo_name      text NOT NULL,
  host_name      text NOT NULL,
  status         int NOT NULL,          -- 1 created, 2 joining, 3 active, 4 shutting down, 5 stopping, 6 dead
  gateway_port   int NOT NULL,          -- 0: no gateway
  suspect_times  text,                  -- silo,time|silo,time
  started_at     timestamptz NOT NULL,
  alive_at       timestamptz NOT NULL,
  PRIMARY KEY (cluster, address, port, generation)
);

CREATE TABLE OrleansQuery (
  QueryKey   text PRIMARY KEY,
  QueryText  text NOT NULL
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('GatewaysQueryKey', $sql$
SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation
FROM cluster_member
WHERE cluster = @DeploymentId AND status = @Status AND gateway_port > 0
$sql$),

('MembershipReadRowKey', $sql$
SELECT v.cluster AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName, m.host_name AS HostName,
  m.status AS Status, m.gateway_port AS ProxyPort, m.suspect_times AS SuspectTimes, m.started_at AS StartTime, m.alive_at AS IAmAliveTime, v.version AS Version
FROM cluster_version v
LEFT JOIN cluster_member m ON m.cluster = v.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE v.cluster = @DeploymentId
$sql$),

('MembershipReadAllKey', $sql$
SELECT v.cluster AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName, m.host_name AS HostName,
  m.status AS Status, m.gateway_port AS ProxyPort, m.suspect_times AS SuspectTimes, m.started_at AS StartTime, m.alive_at AS IAmAliveTime, v.version AS Version
FROM cluster_version v
LEFT JOIN cluster_member m ON m.cluster = v.cluster
WHERE v.cluster = @DeploymentId
$sql$),

('InsertMembershipVersionKey', $sql$
WITH created AS (
  INSERT INTO cluster_version (cluster, version)
  VALUES (@DeploymentId, 0)
  ON CONFLICT DO NOTHING
  RETURNING 1
)
SELECT EXISTS (SELECT FROM created)
$sql$),

('UpdateIAmAlivetimeKey', $sql$
UPDATE cluster_member
SET alive_at = @IAmAliveTime
WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$sql$),

('InsertMembershipKey', $sql$
WITH moved AS (
  UPDATE cluster_version v
  SET version = version + 1, changed_at = now()
  WHERE v.cluster = @DeploymentId AND v.version = @Version
    AND NOT EXISTS (
      SELECT FROM cluster_member m
      WHERE m.cluster = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
  RETURNING v.cluster
), added AS (
  INSERT INTO cluster_member (cluster, address, port, generation, silo_name, host_name, status, gateway_port, started_at, alive_at)
  SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
  FROM moved
  RETURNING 1
)
SELECT EXISTS (SELECT FROM added)
$sql$),

('UpdateMembershipKey', $sql$
WITH moved AS (
  UPDATE cluster_version v
  SET version = version + 1, changed_at = now()
  WHERE v.cluster = @DeploymentId AND v.version = @Version
    AND EXISTS (
      SELECT FROM cluster_member m
      WHERE m.cluster = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
  RETURNING v.cluster
), changed AS (
  UPDATE cluster_member m
  SET status = @Status, suspect_times = @SuspectTimes, alive_at = greatest(m.alive_at, @IAmAliveTime)
  FROM moved
  WHERE m.cluster = moved.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
  RETURNING 1
)
SELECT EXISTS (SELECT FROM changed)
$sql$),

('DeleteMembershipTableEntriesKey', $sql$
WITH members AS (
  DELETE FROM cluster_member
  WHERE cluster = @DeploymentId
)
DELETE FROM cluster_version
WHERE cluster = @DeploymentId
$sql$),

('CleanupDefunctSiloEntriesKey', $sql$
DELETE FROM cluster_member
WHERE cluster = @DeploymentId AND status = 6 AND alive_at < @IAmAliveTime AND started_at < @IAmAliveTime
$sql$),

('CleanupDefunctSiloEntryKey', $sql$
DELETE FROM cluster_member
WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation AND status = 6
  AND started_at = @StartTime AND alive_at = @IAmAliveTime AND suspect_times IS NOT DISTINCT FROM @SuspectTimes
$sql$);
