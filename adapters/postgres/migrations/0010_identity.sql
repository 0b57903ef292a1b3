-- Identity. Names and citizen ID numbers are encrypted (src/crypto/encrypt-field.ts) and looked up by keyed blind index only.
CREATE TABLE natural_person (
  id uuid PRIMARY KEY,
  name_encrypted bytea NOT NULL,
  citizen_id_encrypted bytea NOT NULL,
  citizen_id_index bytea NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'deceased')),
  proofing text NOT NULL CHECK (proofing IN ('L1', 'L2', 'L3', 'L4', 'L5')),
  proven_at timestamptz NOT NULL,
  CONSTRAINT natural_person_citizen_id_unique UNIQUE (citizen_id_index)
);

CREATE TABLE account (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES natural_person (id),
  login_name text NOT NULL CHECK (login_name ~ '^[a-z][a-z0-9._-]{2,31}$'),
  password_hash text NOT NULL CHECK (length(password_hash) > 30),
  status text NOT NULL CHECK (status IN ('active', 'frozen')),
  CONSTRAINT account_person_unique UNIQUE (person_id),
  CONSTRAINT account_login_name_unique UNIQUE (login_name)
);

CREATE TABLE administrator (
  role text PRIMARY KEY CHECK (role IN ('system', 'security', 'audit')),
  account_id uuid NOT NULL REFERENCES account (id),
  CONSTRAINT administrator_account_unique UNIQUE (account_id)
);

CREATE TABLE legal_entity (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('enterprise', 'institution', 'social-organisation', 'government-office')),
  name text NOT NULL,
  uscc text NOT NULL CHECK (uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
  legal_representative_id uuid NOT NULL REFERENCES natural_person (id),
  status text NOT NULL CHECK (status IN ('active', 'not-active')),
  registered_at timestamptz NOT NULL,
  CONSTRAINT legal_entity_uscc_unique UNIQUE (uscc)
);
CREATE INDEX legal_entity_representative ON legal_entity (legal_representative_id);

CREATE TABLE proofing_evidence (
  id uuid PRIMARY KEY,
  subject_kind text NOT NULL CHECK (subject_kind IN ('person', 'entity')),
  subject_id uuid NOT NULL,
  source text NOT NULL CHECK (source IN ('population-registry', 'legal-entity-registry')),
  method text NOT NULL CHECK (method IN ('name-and-number', 'name-code-and-representative')),
  request_id uuid NOT NULL UNIQUE,
  level text NOT NULL CHECK (level IN ('L1', 'L2', 'L3', 'L4', 'L5')),
  at timestamptz NOT NULL
);
CREATE INDEX proofing_evidence_subject ON proofing_evidence (subject_kind, subject_id);

CREATE TABLE mandate (
  id uuid PRIMARY KEY,
  entity_id uuid NOT NULL REFERENCES legal_entity (id),
  agent_kind text NOT NULL CHECK (agent_kind IN ('person', 'client')),
  agent_id text NOT NULL,
  functions text[] NOT NULL CHECK (cardinality(functions) > 0 AND functions <@ ARRAY[
    'seal.apply', 'seal.approve', 'seal.use', 'seal.manage',
    'licence.issue', 'licence.manage', 'licence.read', 'matter.file']),
  valid_from timestamptz NOT NULL,
  valid_to timestamptz NOT NULL,
  granted_by uuid NOT NULL REFERENCES natural_person (id),
  revoked_at timestamptz,
  revoked_by uuid REFERENCES natural_person (id),
  CHECK (valid_to > valid_from),
  CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
  CHECK (agent_kind <> 'person' OR agent_id <> granted_by::text)
);
CREATE INDEX mandate_agent ON mandate (agent_kind, agent_id, entity_id);
CREATE INDEX mandate_entity ON mandate (entity_id);

-- A mandate says who could do what when: it is revoked once, and otherwise neither changed nor removed.
CREATE FUNCTION mandate_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'mandates are not deleted' USING ERRCODE = '42501';
  END IF;
  IF OLD.revoked_at IS NOT NULL
     OR (NEW.id, NEW.entity_id, NEW.agent_kind, NEW.agent_id, NEW.functions, NEW.valid_from, NEW.valid_to, NEW.granted_by)
        IS DISTINCT FROM
        (OLD.id, OLD.entity_id, OLD.agent_kind, OLD.agent_id, OLD.functions, OLD.valid_from, OLD.valid_to, OLD.granted_by) THEN
    RAISE EXCEPTION 'mandates are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER mandate_guard BEFORE UPDATE OR DELETE ON mandate FOR EACH ROW EXECUTE FUNCTION mandate_guard();

CREATE FUNCTION proofing_evidence_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'evidence is neither changed nor deleted' USING ERRCODE = '42501';
END
$$;
CREATE TRIGGER proofing_evidence_guard BEFORE UPDATE OR DELETE ON proofing_evidence
  FOR EACH ROW EXECUTE FUNCTION proofing_evidence_guard();

-- Failed sign-ins, counted under a blind index: what was typed is not kept.
CREATE TABLE sign_in_attempt (
  key text PRIMARY KEY,
  failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
  last_failure_at timestamptz,
  last_success_at timestamptz,
  not_before timestamptz
);
