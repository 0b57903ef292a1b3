-- Suspension and release beside revocation, every change a row of its own, and delta CRLs.
ALTER TABLE certificate DROP CONSTRAINT certificate_status_check;
ALTER TABLE certificate DROP CONSTRAINT certificate_reason_check;
ALTER TABLE certificate DROP CONSTRAINT certificate_check;
ALTER TABLE certificate DROP CONSTRAINT certificate_check1;
ALTER TABLE certificate ADD CONSTRAINT certificate_status_check CHECK (status IN ('valid', 'suspended', 'revoked'));
ALTER TABLE certificate ADD CONSTRAINT certificate_reason_check CHECK (reason IN (0, 1, 2, 3, 4, 5, 6, 9, 10));
ALTER TABLE certificate ADD CONSTRAINT certificate_status_dated CHECK ((status = 'valid') = (revoked_at IS NULL));
ALTER TABLE certificate ADD CONSTRAINT certificate_status_reasoned CHECK ((status = 'valid') = (reason IS NULL));
ALTER TABLE certificate ADD CONSTRAINT certificate_held CHECK ((status = 'suspended') = (coalesce(reason, 0) = 6));

-- One row a change. Changes of all issuers are made under one lock, so that a smaller number is never committed after a greater one.
CREATE TABLE certificate_status (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  issuer_id text NOT NULL,
  serial text NOT NULL,
  change text NOT NULL CHECK (change IN ('suspended', 'released', 'revoked')),
  -- CRLReason: 6 for a suspension, 8 for a release.
  reason smallint NOT NULL CHECK (reason IN (0, 1, 2, 3, 4, 5, 6, 8, 9, 10)),
  at timestamptz NOT NULL,
  FOREIGN KEY (issuer_id, serial) REFERENCES certificate (issuer_id, serial),
  CHECK ((change = 'suspended') = (reason = 6)),
  CHECK ((change = 'released') = (reason = 8))
);
CREATE INDEX certificate_status_issuer ON certificate_status (issuer_id, seq);
INSERT INTO certificate_status (issuer_id, serial, change, reason, at)
  SELECT issuer_id, serial, 'revoked', reason, revoked_at FROM certificate WHERE status = 'revoked' ORDER BY revoked_at, serial;

CREATE FUNCTION certificate_status_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the history of certificates is not changed' USING ERRCODE = '42501';
END
$$;
CREATE TRIGGER certificate_status_guard BEFORE UPDATE OR DELETE ON certificate_status FOR EACH ROW EXECUTE FUNCTION certificate_status_guard();

-- What a revocation says stays; a suspension is lifted, or ends in a revocation of the day of the suspension.
CREATE OR REPLACE FUNCTION certificate_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'certificates are not deleted' USING ERRCODE = '42501';
  END IF;
  IF (NEW.issuer_id, NEW.serial, NEW.intent_id, NEW.profile, NEW.der, NEW.not_after)
     IS DISTINCT FROM (OLD.issuer_id, OLD.serial, OLD.intent_id, OLD.profile, OLD.der, OLD.not_after)
     OR (OLD.status = 'revoked' AND (NEW.status, NEW.revoked_at, NEW.reason) IS DISTINCT FROM (OLD.status, OLD.revoked_at, OLD.reason))
     OR (OLD.status = 'suspended' AND NEW.status <> 'valid' AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
     OR (OLD.first_crl IS NOT NULL AND NEW.first_crl IS DISTINCT FROM OLD.first_crl) THEN
    RAISE EXCEPTION 'certificates are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
DROP INDEX certificate_revoked;
CREATE INDEX certificate_listed ON certificate (issuer_id) WHERE status <> 'valid';

-- The last change that a list knows, and how long it is.
ALTER TABLE crl ADD COLUMN through_seq bigint NOT NULL DEFAULT 0;
ALTER TABLE crl ADD COLUMN entries integer NOT NULL DEFAULT 0;

-- A delta made together with a full list has its number (RFC 5280 5.2.3).
CREATE TABLE crl_delta (
  issuer_id text NOT NULL,
  number bigint NOT NULL CHECK (number > 0),
  base_number bigint NOT NULL,
  through_seq bigint NOT NULL,
  this_update timestamptz NOT NULL,
  next_update timestamptz NOT NULL,
  tbs bytea NOT NULL,
  der bytea,
  PRIMARY KEY (issuer_id, number),
  CHECK (this_update < next_update),
  CHECK (base_number <= number)
);
CREATE OR REPLACE FUNCTION crl_delta_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.der IS NOT NULL
     OR (NEW.issuer_id, NEW.number, NEW.base_number, NEW.through_seq, NEW.this_update, NEW.next_update, NEW.tbs)
        IS DISTINCT FROM (OLD.issuer_id, OLD.number, OLD.base_number, OLD.through_seq, OLD.this_update, OLD.next_update, OLD.tbs) THEN
    RAISE EXCEPTION 'CRLs are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER crl_delta_guard BEFORE UPDATE OR DELETE ON crl_delta FOR EACH ROW EXECUTE FUNCTION crl_delta_guard();
