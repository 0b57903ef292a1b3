-- What the registries tell by themselves. Subjects (citizen ID numbers, USCCs) are kept as blind indexes only.
CREATE TABLE register_event (
  registry text NOT NULL CHECK (registry IN ('population', 'legal-entity')),
  event_id uuid NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  content bytea NOT NULL,
  via text NOT NULL CHECK (via IN ('push', 'poll')),
  received_at timestamptz NOT NULL,
  outcome text CHECK (outcome IN ('applied', 'unchanged', 'superseded', 'no-subject', 'not-understood')),
  PRIMARY KEY (registry, event_id),
  CONSTRAINT register_event_seq_unique UNIQUE (registry, seq)
);

CREATE FUNCTION register_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.outcome IS NOT NULL
     OR (NEW.registry, NEW.event_id, NEW.seq, NEW.content, NEW.via, NEW.received_at)
        IS DISTINCT FROM (OLD.registry, OLD.event_id, OLD.seq, OLD.content, OLD.via, OLD.received_at) THEN
    RAISE EXCEPTION 'register events are neither changed nor deleted' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER register_event_guard BEFORE UPDATE OR DELETE ON register_event
  FOR EACH ROW EXECUTE FUNCTION register_event_guard();

-- For each subject: the newest number applied of each kind of fact, and when the registry itself last answered about it.
CREATE TABLE register_subject (
  registry text NOT NULL CHECK (registry IN ('population', 'legal-entity')),
  subject_index bytea NOT NULL,
  status_seq bigint NOT NULL DEFAULT 0,
  name_seq bigint NOT NULL DEFAULT 0,
  representative_seq bigint NOT NULL DEFAULT 0,
  newest_event_at timestamptz,
  answered_at timestamptz,
  PRIMARY KEY (registry, subject_index)
);
CREATE INDEX register_subject_unknown ON register_subject (newest_event_at) WHERE answered_at IS NULL;

-- How far a feed has been read.
CREATE TABLE register_cursor (
  registry text PRIMARY KEY CHECK (registry IN ('population', 'legal-entity')),
  seq bigint NOT NULL CHECK (seq >= 0)
);

-- Pushes are taken once.
CREATE TABLE register_push (
  registry text NOT NULL CHECK (registry IN ('population', 'legal-entity')),
  nonce text NOT NULL CHECK (length(nonce) BETWEEN 20 AND 100),
  received_at timestamptz NOT NULL,
  PRIMARY KEY (registry, nonce)
);
CREATE INDEX register_push_received ON register_push (received_at);

-- Revoked (吊销) and deregistered (注销) are told apart; an entity can be without a representative for a while.
ALTER TABLE legal_entity DROP CONSTRAINT legal_entity_status_check;
UPDATE legal_entity SET status = 'revoked' WHERE status = 'not-active';
ALTER TABLE legal_entity ADD CONSTRAINT legal_entity_status_check CHECK (status IN ('active', 'revoked', 'deregistered'));
ALTER TABLE legal_entity ALTER COLUMN legal_representative_id DROP NOT NULL;

-- A mandate is revoked by a person, or by what a registry says.
ALTER TABLE mandate ADD COLUMN revoked_cause text CHECK (revoked_cause IN ('representative-changed'));
ALTER TABLE mandate DROP CONSTRAINT mandate_check1;
ALTER TABLE mandate ADD CONSTRAINT mandate_revoked_by_somebody
  CHECK ((revoked_at IS NULL) = (num_nonnulls(revoked_by, revoked_cause) = 0) AND num_nonnulls(revoked_by, revoked_cause) < 2);
