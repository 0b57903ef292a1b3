-- Seals: applications, seals with their timeline, and the journal of what was signed.
CREATE TABLE seal_application (
  id uuid PRIMARY KEY,
  entity_id uuid NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('legal-name', 'finance', 'invoice', 'contract', 'other')),
  line text,
  diameter_mm integer NOT NULL CHECK (diameter_mm BETWEEN 30 AND 50),
  division text NOT NULL CHECK (division ~ '^\d{6}$'),
  reason text NOT NULL,
  applied_by_kind text NOT NULL CHECK (applied_by_kind IN ('person', 'client')),
  applied_by text NOT NULL,
  applied_at timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('applied', 'approved', 'made')),
  approved_by text,
  approved_at timestamptz,
  code text UNIQUE CHECK (code ~ '^\d{14}$' AND left(code, 6) = division),
  CHECK ((status = 'applied') = (approved_by IS NULL)),
  CHECK ((approved_by IS NULL) = (approved_at IS NULL) AND (approved_by IS NULL) = (code IS NULL)),
  CONSTRAINT seal_application_second_person CHECK (applied_by_kind <> 'person' OR approved_by <> applied_by)
);
CREATE INDEX seal_application_entity ON seal_application (entity_id, applied_at);

CREATE TABLE seal_serial (
  division text PRIMARY KEY,
  last integer NOT NULL CHECK (last BETWEEN 1 AND 99999999)
);

CREATE TABLE seal (
  id uuid PRIMARY KEY REFERENCES seal_application (id),
  entity_id uuid NOT NULL,
  code text NOT NULL UNIQUE CHECK (code ~ '^\d{14}$'),
  name text NOT NULL,
  kind text NOT NULL,
  line text,
  status text NOT NULL CHECK (status IN ('active', 'suspended', 'revoked')),
  der bytea NOT NULL,
  picture_type text NOT NULL CHECK (picture_type IN ('PNG', 'SVG', 'OFD')),
  picture bytea NOT NULL,
  width_mm integer NOT NULL,
  height_mm integer NOT NULL,
  outline jsonb,
  outline_size integer,
  sm2_key_id text NOT NULL UNIQUE,
  sm2_certificate bytea NOT NULL,
  p256_key_id text NOT NULL UNIQUE,
  p256_certificate bytea NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_to timestamptz NOT NULL CHECK (valid_to > valid_from),
  made_at timestamptz NOT NULL
);
CREATE INDEX seal_entity ON seal (entity_id, made_at);

CREATE TABLE seal_status (
  seal_id uuid NOT NULL REFERENCES seal (id),
  step integer NOT NULL CHECK (step > 0),
  status text NOT NULL CHECK (status IN ('active', 'suspended', 'revoked')),
  from_at timestamptz NOT NULL,
  reason text NOT NULL,
  agent_kind text NOT NULL CHECK (agent_kind IN ('person', 'client')),
  agent_id text NOT NULL,
  PRIMARY KEY (seal_id, step)
);

CREATE TABLE seal_intent (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('make', 'apply')),
  seal_id uuid NOT NULL REFERENCES seal_application (id),
  agent_kind text NOT NULL CHECK (agent_kind IN ('person', 'client')),
  agent_id text NOT NULL,
  reason text NOT NULL,
  document_digest bytea CHECK (length(document_digest) = 32),
  key_id text NOT NULL,
  to_sign bytea NOT NULL,
  at timestamptz NOT NULL,
  result_digest bytea CHECK (length(result_digest) = 32),
  completed_at timestamptz,
  reported_at timestamptz,
  CHECK ((kind = 'make') = (document_digest IS NULL)),
  CHECK ((result_digest IS NULL) = (completed_at IS NULL))
);
CREATE INDEX seal_intent_open ON seal_intent (at) WHERE completed_at IS NULL AND reported_at IS NULL;
CREATE INDEX seal_intent_seal ON seal_intent (seal_id, at);

-- A seal's bytes and keys never change; revoked is for ever.
CREATE FUNCTION seal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'seals are not deleted' USING ERRCODE = '42501';
  END IF;
  IF (NEW.id, NEW.entity_id, NEW.code, NEW.der, NEW.sm2_key_id, NEW.p256_key_id, NEW.valid_from, NEW.valid_to)
     IS DISTINCT FROM (OLD.id, OLD.entity_id, OLD.code, OLD.der, OLD.sm2_key_id, OLD.p256_key_id, OLD.valid_from, OLD.valid_to)
     OR (OLD.status = 'revoked' AND NEW.status <> 'revoked') THEN
    RAISE EXCEPTION 'a seal changes its status only, and not after revocation' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER seal_guard BEFORE UPDATE OR DELETE ON seal FOR EACH ROW EXECUTE FUNCTION seal_guard();

-- The timeline is append-only.
CREATE FUNCTION seal_status_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the timeline of a seal is append-only' USING ERRCODE = '42501';
END
$$;
CREATE TRIGGER seal_status_guard BEFORE UPDATE OR DELETE ON seal_status FOR EACH ROW EXECUTE FUNCTION seal_status_guard();

-- What was written down before signing stays as it is; only the result is added.
CREATE FUNCTION seal_intent_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (NEW.id, NEW.kind, NEW.seal_id, NEW.agent_kind, NEW.agent_id, NEW.reason, NEW.document_digest, NEW.key_id, NEW.to_sign, NEW.at)
        IS DISTINCT FROM
        (OLD.id, OLD.kind, OLD.seal_id, OLD.agent_kind, OLD.agent_id, OLD.reason, OLD.document_digest, OLD.key_id, OLD.to_sign, OLD.at)
     OR OLD.completed_at IS NOT NULL THEN
    RAISE EXCEPTION 'intents are completed once and never changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER seal_intent_guard BEFORE UPDATE OR DELETE ON seal_intent FOR EACH ROW EXECUTE FUNCTION seal_intent_guard();
