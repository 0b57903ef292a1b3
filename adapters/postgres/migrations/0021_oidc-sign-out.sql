-- How each portal learns of an ending: it is called, it fetches, or its own sessions are so short that they lapse by themselves.
ALTER TABLE oidc_client ADD COLUMN logout_mode text NOT NULL DEFAULT 'lease'
  CHECK (logout_mode IN ('callback', 'feed', 'lease'));
UPDATE oidc_client SET logout_mode = 'callback' WHERE backchannel_logout_uri IS NOT NULL;
ALTER TABLE oidc_client ADD CONSTRAINT oidc_client_callback
  CHECK ((logout_mode = 'callback') = (backchannel_logout_uri IS NOT NULL));
-- A portal on a lease lives no longer than this after we last heard of it.
ALTER TABLE oidc_client ADD COLUMN lease_seconds integer CHECK (lease_seconds BETWEEN 60 AND 3600);
UPDATE oidc_client SET lease_seconds = 300 WHERE logout_mode = 'lease';
ALTER TABLE oidc_client ADD CONSTRAINT oidc_client_lease CHECK ((logout_mode = 'lease') = (lease_seconds IS NOT NULL));
-- A disabled client signs nobody in; it is still told of endings.
ALTER TABLE oidc_client ADD COLUMN disabled_at timestamptz;

-- When the portal last got something that its session rests on.
ALTER TABLE session_participant ADD COLUMN seen_at timestamptz;

ALTER TABLE logout_delivery ADD COLUMN way text NOT NULL DEFAULT 'callback' CHECK (way IN ('callback', 'feed', 'lease'));
-- When the portal's own session is over, told or not.
ALTER TABLE logout_delivery ADD COLUMN lapses_at timestamptz;
UPDATE logout_delivery SET way = 'lease', lapses_at = give_up_at WHERE uri IS NULL;
ALTER TABLE logout_delivery DROP CONSTRAINT logout_delivery_check2;
ALTER TABLE logout_delivery ADD CONSTRAINT logout_delivery_way CHECK (
  (way = 'callback') = (uri IS NOT NULL) AND (way = 'lease') = (state = 'unreachable') AND (way <> 'lease' OR lapses_at IS NOT NULL));
DROP INDEX logout_delivery_due;
CREATE INDEX logout_delivery_due ON logout_delivery (next_at) WHERE state IN ('pending', 'delivering') AND way = 'callback';
CREATE INDEX logout_delivery_feed ON logout_delivery (client_id, created_at, id) WHERE way = 'feed' AND state = 'pending';
CREATE INDEX logout_delivery_dead ON logout_delivery (created_at) WHERE state IN ('dead', 'failed');

-- Whose sessions they were: receipts are listed to that person.
ALTER TABLE session_ending ADD COLUMN account_id uuid;
CREATE INDEX session_ending_account ON session_ending (account_id, ended_at) WHERE account_id IS NOT NULL;
