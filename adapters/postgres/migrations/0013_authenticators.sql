-- Ways of signing in beside the password. Secrets and phones are encrypted; what is looked up stands as a blind index.
CREATE TABLE authenticator (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  kind text NOT NULL CHECK (kind IN ('totp', 'sms', 'passkey', 'certificate')),
  label text NOT NULL CHECK (length(label) BETWEEN 1 AND 60),
  secret_encrypted bytea NOT NULL,
  lookup_index bytea,
  -- The last step or signature count that was accepted: none below it again.
  counter bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  last_used_at timestamptz,
  removed_at timestamptz,
  CHECK (kind IN ('totp', 'sms') OR lookup_index IS NOT NULL)
);
CREATE INDEX authenticator_account ON authenticator (account_id) WHERE removed_at IS NULL;
-- One passkey or certificate belongs to one account.
CREATE UNIQUE INDEX authenticator_lookup_unique ON authenticator (kind, lookup_index)
  WHERE removed_at IS NULL AND kind IN ('passkey', 'certificate');
CREATE UNIQUE INDEX authenticator_one_totp ON authenticator (account_id)
  WHERE removed_at IS NULL AND confirmed_at IS NOT NULL AND kind = 'totp';

CREATE FUNCTION authenticator_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.confirmed_at IS NULL THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'authenticators are removed, not deleted' USING ERRCODE = '42501';
  END IF;
  IF OLD.removed_at IS NOT NULL OR NEW.counter < OLD.counter
     OR (NEW.id, NEW.account_id, NEW.kind, NEW.lookup_index, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.kind, OLD.lookup_index, OLD.created_at) THEN
    RAISE EXCEPTION 'authenticators are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER authenticator_guard BEFORE UPDATE OR DELETE ON authenticator
  FOR EACH ROW EXECUTE FUNCTION authenticator_guard();

-- Sheet of single-use codes; a new sheet replaces the old one.
CREATE TABLE recovery_code (
  account_id uuid NOT NULL REFERENCES account (id),
  code_index bytea NOT NULL,
  made_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (account_id, code_index)
);

-- Between the first thing shown and the second, within one sign-in of one browser.
CREATE TABLE sign_in_step (
  handle_index bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  methods text[] NOT NULL CHECK (cardinality(methods) > 0),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_step_expires ON sign_in_step (expires_at);

-- What happened to an account, for its owner to see.
CREATE TABLE account_notice (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id),
  what text NOT NULL CHECK (what ~ '^[a-z]+(-[a-z]+)*$'),
  at timestamptz NOT NULL
);
CREATE INDEX account_notice_account ON account_notice (account_id, at);
