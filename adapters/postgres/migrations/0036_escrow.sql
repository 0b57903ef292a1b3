-- Encryption keys that we made: encrypted under the certificate's name, and every time one was handed out.
CREATE TABLE escrowed_key (
  issuer_id text NOT NULL,
  serial text NOT NULL,
  public_key bytea NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (issuer_id, serial),
  FOREIGN KEY (issuer_id, serial) REFERENCES certificate (issuer_id, serial)
);
CREATE FUNCTION escrowed_key_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.issuer_id, NEW.serial, NEW.public_key) IS DISTINCT FROM (OLD.issuer_id, OLD.serial, OLD.public_key) THEN
    RAISE EXCEPTION 'an escrowed key is only sealed anew' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER escrowed_key_guard BEFORE UPDATE OR DELETE ON escrowed_key FOR EACH ROW EXECUTE FUNCTION escrowed_key_guard();

CREATE TABLE key_delivery (
  id uuid PRIMARY KEY,
  issuer_id text NOT NULL,
  serial text NOT NULL,
  occasion text NOT NULL CHECK (occasion IN ('issue', 'recovery')),
  -- One delivery a proposal, whoever approves at the same time.
  proposal_id uuid UNIQUE REFERENCES certificate_proposal (id),
  recipient_key bytea NOT NULL,
  envelope bytea NOT NULL,
  at timestamptz NOT NULL,
  FOREIGN KEY (issuer_id, serial) REFERENCES escrowed_key (issuer_id, serial),
  CHECK ((occasion = 'recovery') = (proposal_id IS NOT NULL))
);
CREATE UNIQUE INDEX key_delivery_first ON key_delivery (issuer_id, serial) WHERE occasion = 'issue';
CREATE INDEX key_delivery_of ON key_delivery (issuer_id, serial, id);
CREATE TRIGGER key_delivery_guard BEFORE UPDATE OR DELETE ON key_delivery FOR EACH ROW EXECUTE FUNCTION certificate_record_guard();
