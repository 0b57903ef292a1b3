-- Audit: a row is written with the change it speaks of; one sequencer chains rows afterwards (seq, prev_hash, hash).
CREATE TABLE audit_event (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'client', 'system')),
  actor_id text NOT NULL,
  action text NOT NULL,
  object_kind text NOT NULL,
  object_id text NOT NULL,
  detail jsonb NOT NULL,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  seq bigint UNIQUE,
  prev_hash bytea,
  hash bytea,
  CHECK ((seq IS NULL) = (hash IS NULL) AND (seq IS NULL) = (prev_hash IS NULL))
);
CREATE INDEX audit_event_unsequenced ON audit_event (id) WHERE seq IS NULL;
CREATE INDEX audit_event_object ON audit_event (object_kind, object_id);

-- Append-only: no delete, and the only change is the sequencer's, once.
CREATE FUNCTION audit_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'audit rows are not deleted' USING ERRCODE = '42501';
  END IF;
  IF OLD.seq IS NOT NULL
     OR (NEW.id, NEW.at, NEW.actor_kind, NEW.actor_id, NEW.action, NEW.object_kind, NEW.object_id, NEW.detail, NEW.digest)
        IS DISTINCT FROM
        (OLD.id, OLD.at, OLD.actor_kind, OLD.actor_id, OLD.action, OLD.object_kind, OLD.object_id, OLD.detail, OLD.digest) THEN
    RAISE EXCEPTION 'audit rows are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER audit_event_guard BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_guard();

CREATE TABLE lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  until timestamptz NOT NULL
);
