-- Time stamps: what was about to be signed first, the signature beside it afterwards. Serial numbers are never reused; seq orders them.
CREATE TABLE time_stamp (
  serial text PRIMARY KEY CHECK (serial ~ '^[0-9a-f]{32}$'),
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  key_id text NOT NULL,
  batch_id uuid NOT NULL,
  gen_time timestamptz NOT NULL,
  tst_info bytea NOT NULL,
  to_sign bytea NOT NULL,
  signature bytea,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'issued', 'abandoned')),
  CHECK ((state = 'issued') = (signature IS NOT NULL))
);
CREATE INDEX time_stamp_open ON time_stamp (gen_time) WHERE state = 'open';
CREATE INDEX time_stamp_time ON time_stamp (gen_time);

CREATE FUNCTION time_stamp_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state <> 'open'
     OR (NEW.serial, NEW.seq, NEW.key_id, NEW.batch_id, NEW.gen_time, NEW.tst_info, NEW.to_sign)
        IS DISTINCT FROM (OLD.serial, OLD.seq, OLD.key_id, OLD.batch_id, OLD.gen_time, OLD.tst_info, OLD.to_sign) THEN
    RAISE EXCEPTION 'time stamps are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER time_stamp_guard BEFORE UPDATE OR DELETE ON time_stamp FOR EACH ROW EXECUTE FUNCTION time_stamp_guard();

-- The clock was seen to jump: nothing is stamped by any process until an operator has looked. At most one is open.
CREATE TABLE time_stamp_halt (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  reason text NOT NULL CHECK (reason IN ('clock-jumped', 'behind-last-stamp')),
  drift_ms bigint NOT NULL,
  confirmed_at timestamptz,
  -- Stamps up to here do not count any more when the clock is compared with the last one.
  through_seq bigint,
  CHECK ((confirmed_at IS NULL) = (through_seq IS NULL))
);
CREATE UNIQUE INDEX time_stamp_halt_open ON time_stamp_halt ((true)) WHERE confirmed_at IS NULL;

CREATE FUNCTION time_stamp_halt_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.confirmed_at IS NOT NULL
     OR (NEW.id, NEW.at, NEW.reason, NEW.drift_ms) IS DISTINCT FROM (OLD.id, OLD.at, OLD.reason, OLD.drift_ms) THEN
    RAISE EXCEPTION 'the history of the clock is not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER time_stamp_halt_guard BEFORE UPDATE OR DELETE ON time_stamp_halt FOR EACH ROW EXECUTE FUNCTION time_stamp_halt_guard();
