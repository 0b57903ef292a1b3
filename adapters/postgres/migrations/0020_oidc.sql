-- OpenID Connect: what the library keeps (ids hashed), who was signed in where, and who is still to be told that it ended.
CREATE TABLE oidc_client (
  client_id text PRIMARY KEY CHECK (client_id ~ '^[A-Za-z0-9._-]{3,64}$'),
  -- RFC 7591 names, without the secret.
  metadata jsonb NOT NULL,
  secret_sealed bytea,
  organisation_entity_id uuid,
  backchannel_logout_uri text,
  -- host[:port] of every address that this client registered: nobody else is ever called.
  hosts text[] NOT NULL,
  created_at timestamptz NOT NULL
);

-- One row for each browser session; it stays as the tombstone when the session has ended.
CREATE TABLE oidc_session (
  uid text PRIMARY KEY,
  account_id uuid,
  acr text,
  auth_time timestamptz,
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_reason text,
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX oidc_session_account ON oidc_session (account_id) WHERE ended_at IS NULL;
CREATE INDEX oidc_session_expiry ON oidc_session (expires_at) WHERE ended_at IS NULL;
CREATE INDEX oidc_session_ended ON oidc_session (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE oidc_payload (
  model text NOT NULL,
  id_hash text NOT NULL,
  payload jsonb NOT NULL,
  grant_id text,
  user_code text,
  uid text,
  account_id uuid,
  session_uid text,
  client_id text,
  consumed_at timestamptz,
  ended_at timestamptz,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (model, id_hash)
);
CREATE INDEX oidc_payload_grant ON oidc_payload (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX oidc_payload_session ON oidc_payload (session_uid) WHERE session_uid IS NOT NULL;
CREATE INDEX oidc_payload_uid ON oidc_payload (uid) WHERE uid IS NOT NULL;
CREATE INDEX oidc_payload_user_code ON oidc_payload (user_code) WHERE user_code IS NOT NULL;
CREATE INDEX oidc_payload_expiry ON oidc_payload (expires_at);

-- What has ended or was used stays so, whoever writes late.
CREATE FUNCTION oidc_payload_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
     OR (OLD.consumed_at IS NOT NULL AND NEW.consumed_at IS DISTINCT FROM OLD.consumed_at) THEN
    RAISE EXCEPTION 'ended and used rows stay so' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER oidc_payload_guard BEFORE UPDATE ON oidc_payload FOR EACH ROW EXECUTE FUNCTION oidc_payload_guard();
CREATE FUNCTION oidc_session_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL
     OR (OLD.account_id IS NOT NULL AND NEW.account_id IS DISTINCT FROM OLD.account_id) THEN
    RAISE EXCEPTION 'an ended session does not change, and none changes hands' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER oidc_session_guard BEFORE UPDATE ON oidc_session FOR EACH ROW EXECUTE FUNCTION oidc_session_guard();

-- A portal that got a code in a session: written in the transaction that stores the code. sid is '' for portals that are never called back.
CREATE TABLE session_participant (
  session_uid text NOT NULL REFERENCES oidc_session (uid) ON DELETE CASCADE,
  client_id text NOT NULL,
  sid text NOT NULL,
  sub text NOT NULL,
  account_id uuid NOT NULL,
  grant_id text NOT NULL,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (session_uid, client_id, sid)
);

-- For whom a person acts at one portal in one session; entity_id NULL: for themselves.
CREATE TABLE session_principal (
  session_uid text NOT NULL REFERENCES oidc_session (uid) ON DELETE CASCADE,
  client_id text NOT NULL,
  person_id uuid NOT NULL,
  entity_id uuid,
  mandate_id uuid,
  chosen_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (session_uid, client_id),
  CHECK (entity_id IS NOT NULL OR mandate_id IS NULL)
);
CREATE INDEX session_principal_entity ON session_principal (entity_id, person_id) WHERE ended_at IS NULL;

-- One ending (of one session or several): its receipt is what the browser keeps.
CREATE TABLE session_ending (
  id uuid PRIMARY KEY,
  receipt_hash text NOT NULL UNIQUE,
  reason text NOT NULL,
  sessions integer NOT NULL,
  ended_at timestamptz NOT NULL
);

CREATE INDEX session_ending_ended ON session_ending (ended_at);

CREATE TABLE logout_delivery (
  id uuid PRIMARY KEY,
  ending_id uuid NOT NULL REFERENCES session_ending (id) ON DELETE CASCADE,
  session_uid text NOT NULL,
  sid text NOT NULL,
  client_id text NOT NULL,
  sub text NOT NULL,
  uri text,
  host text,
  state text NOT NULL CHECK (state IN ('pending', 'delivering', 'confirmed', 'failed', 'dead', 'unreachable')),
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL,
  lease_until timestamptz,
  give_up_at timestamptz NOT NULL,
  last_error text,
  created_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  CHECK ((state = 'confirmed') = (confirmed_at IS NOT NULL)),
  CHECK ((state = 'delivering') = (lease_until IS NOT NULL)),
  CHECK ((state = 'unreachable') = (uri IS NULL))
);
CREATE INDEX logout_delivery_due ON logout_delivery (next_at) WHERE state IN ('pending', 'delivering');
CREATE INDEX logout_delivery_ending ON logout_delivery (ending_id);
