-- Keys that were reported as lost, whatever their certificates were revoked for; and the audit rows without which nothing is handed out.
CREATE TABLE lost_certificate_key (
  key_digest bytea PRIMARY KEY CHECK (length(key_digest) = 32),
  -- The certificate by which it was reported.
  issuer_id text NOT NULL,
  serial text NOT NULL,
  reported_at timestamptz NOT NULL,
  FOREIGN KEY (issuer_id, serial) REFERENCES certificate (issuer_id, serial)
);
CREATE TRIGGER lost_certificate_key_guard BEFORE UPDATE OR DELETE ON lost_certificate_key
  FOR EACH ROW EXECUTE FUNCTION certificate_record_guard();
INSERT INTO lost_certificate_key (key_digest, issuer_id, serial, reported_at)
  SELECT DISTINCT ON (h.key_digest) h.key_digest, h.issuer_id, h.serial, c.revoked_at
  FROM certificate_holder h JOIN certificate c ON c.issuer_id = h.issuer_id AND c.serial = h.serial
  WHERE c.status = 'revoked' AND c.reason IN (1, 2, 10) ORDER BY h.key_digest, c.revoked_at;

-- Ids of audit rows, as the trail names them. Absent for what the key ceremony issued, and for what was issued before this was kept.
ALTER TABLE certificate ADD COLUMN audit_event text;
ALTER TABLE key_delivery ADD COLUMN audit_event text;

CREATE FUNCTION certificate_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.audit_event IS DISTINCT FROM OLD.audit_event THEN
    RAISE EXCEPTION 'certificates are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER certificate_audit_guard BEFORE UPDATE ON certificate FOR EACH ROW EXECUTE FUNCTION certificate_audit_guard();
