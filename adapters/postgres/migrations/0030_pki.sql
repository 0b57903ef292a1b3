-- Certificates: the intent with its to-be-signed bytes first, the certificate beside it afterwards. Serial numbers are never reused.
CREATE TABLE certificate_intent (
  id uuid PRIMARY KEY,
  issuer_id text NOT NULL,
  serial text NOT NULL CHECK (serial ~ '^[0-9a-f]{2,40}$'),
  profile text NOT NULL,
  tbs bytea NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'client', 'system')),
  actor_id text NOT NULL,
  at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'issued', 'abandoned')),
  CONSTRAINT certificate_intent_serial UNIQUE (issuer_id, serial)
);
CREATE INDEX certificate_intent_open ON certificate_intent (at) WHERE state = 'open';

CREATE TABLE certificate (
  issuer_id text NOT NULL,
  serial text NOT NULL CHECK (serial ~ '^[0-9a-f]{2,40}$'),
  -- Absent for what the key ceremony issued.
  intent_id uuid UNIQUE REFERENCES certificate_intent (id),
  profile text NOT NULL,
  der bytea NOT NULL,
  not_after timestamptz NOT NULL,
  status text NOT NULL DEFAULT 'valid' CHECK (status IN ('valid', 'revoked')),
  revoked_at timestamptz,
  reason smallint CHECK (reason IN (0, 1, 2, 3, 4, 5, 9, 10)),
  -- The first CRL that was prepared with it.
  first_crl bigint,
  PRIMARY KEY (issuer_id, serial),
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL)),
  CHECK ((status = 'revoked') = (reason IS NOT NULL)),
  CHECK (first_crl IS NULL OR status = 'revoked')
);
CREATE INDEX certificate_revoked ON certificate (issuer_id, first_crl) WHERE status = 'revoked';

CREATE TABLE crl (
  issuer_id text NOT NULL,
  number bigint NOT NULL CHECK (number > 0),
  this_update timestamptz NOT NULL,
  next_update timestamptz NOT NULL,
  tbs bytea NOT NULL,
  -- Absent until it is signed.
  der bytea,
  PRIMARY KEY (issuer_id, number),
  CHECK (this_update < next_update)
);

-- A certificate stays what it is; the only changes are valid to revoked, once, and the first CRL that lists it, once.
CREATE FUNCTION certificate_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'certificates are not deleted' USING ERRCODE = '42501';
  END IF;
  IF (NEW.issuer_id, NEW.serial, NEW.intent_id, NEW.profile, NEW.der, NEW.not_after)
     IS DISTINCT FROM (OLD.issuer_id, OLD.serial, OLD.intent_id, OLD.profile, OLD.der, OLD.not_after)
     OR (OLD.status = 'revoked' AND (NEW.status, NEW.revoked_at, NEW.reason) IS DISTINCT FROM (OLD.status, OLD.revoked_at, OLD.reason))
     OR (OLD.first_crl IS NOT NULL AND NEW.first_crl IS DISTINCT FROM OLD.first_crl) THEN
    RAISE EXCEPTION 'certificates are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER certificate_guard BEFORE UPDATE OR DELETE ON certificate FOR EACH ROW EXECUTE FUNCTION certificate_guard();

CREATE FUNCTION crl_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.der IS NOT NULL
     OR (NEW.issuer_id, NEW.number, NEW.this_update, NEW.next_update, NEW.tbs)
        IS DISTINCT FROM (OLD.issuer_id, OLD.number, OLD.this_update, OLD.next_update, OLD.tbs) THEN
    RAISE EXCEPTION 'CRLs are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER crl_guard BEFORE UPDATE OR DELETE ON crl FOR EACH ROW EXECUTE FUNCTION crl_guard();

CREATE FUNCTION certificate_intent_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state <> 'open'
     OR (NEW.id, NEW.issuer_id, NEW.serial, NEW.profile, NEW.tbs, NEW.actor_kind, NEW.actor_id, NEW.at)
        IS DISTINCT FROM (OLD.id, OLD.issuer_id, OLD.serial, OLD.profile, OLD.tbs, OLD.actor_kind, OLD.actor_id, OLD.at) THEN
    RAISE EXCEPTION 'intents are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER certificate_intent_guard BEFORE UPDATE OR DELETE ON certificate_intent FOR EACH ROW EXECUTE FUNCTION certificate_intent_guard();
