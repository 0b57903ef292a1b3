-- Applications for certificates, what officers propose and decide, and whose each certificate is.
CREATE TABLE certificate_application (
  id uuid PRIMARY KEY,
  holder_kind text NOT NULL CHECK (holder_kind IN ('person', 'entity')),
  holder_id text NOT NULL,
  holder_class text NOT NULL CHECK (holder_class IN ('person', 'entity', 'office')),
  agent_kind text NOT NULL CHECK (agent_kind IN ('person', 'client')),
  agent_id text NOT NULL,
  applied_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > applied_at),
  unit text,
  dual boolean NOT NULL,
  public_key bytea NOT NULL,
  key_digest bytea NOT NULL CHECK (length(key_digest) = 32),
  -- Encrypted: people write their names and numbers into requests.
  csr bytea NOT NULL,
  replaces_issuer text,
  replaces_serial text,
  status text NOT NULL CHECK (status IN ('open', 'approved', 'issued', 'rejected', 'expired', 'withdrawn')),
  decided_at timestamptz,
  reason text,
  -- One process makes the certificates until then.
  claimed_until timestamptz,
  signing_issuer text,
  signing_serial text,
  encryption_issuer text,
  encryption_serial text,
  FOREIGN KEY (replaces_issuer, replaces_serial) REFERENCES certificate (issuer_id, serial),
  FOREIGN KEY (signing_issuer, signing_serial) REFERENCES certificate (issuer_id, serial),
  FOREIGN KEY (encryption_issuer, encryption_serial) REFERENCES certificate (issuer_id, serial),
  UNIQUE (signing_issuer, signing_serial),
  UNIQUE (encryption_issuer, encryption_serial),
  CHECK ((holder_kind = 'person') = (holder_class = 'person')),
  CHECK (holder_kind <> 'person' OR (agent_kind = 'person' AND agent_id = holder_id AND unit IS NULL)),
  CHECK ((replaces_issuer IS NULL) = (replaces_serial IS NULL)),
  CHECK ((signing_issuer IS NULL) = (signing_serial IS NULL)),
  CHECK ((encryption_issuer IS NULL) = (encryption_serial IS NULL)),
  CHECK (encryption_serial IS NULL OR dual),
  CHECK (status <> 'issued' OR (signing_serial IS NOT NULL AND (encryption_serial IS NOT NULL OR NOT dual))),
  CHECK ((status = 'open') = (decided_at IS NULL)),
  CHECK (status <> 'rejected' OR reason IS NOT NULL)
);
CREATE INDEX certificate_application_holder ON certificate_application (holder_kind, holder_id, id);
CREATE INDEX certificate_application_status ON certificate_application (status, id);
-- Of two applications with one key at once, one waits.
CREATE UNIQUE INDEX certificate_application_key ON certificate_application (key_digest) WHERE status IN ('open', 'approved');

CREATE FUNCTION certificate_application_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'applications are not deleted' USING ERRCODE = '42501';
  END IF;
  IF (NEW.id, NEW.holder_kind, NEW.holder_id, NEW.holder_class, NEW.agent_kind, NEW.agent_id, NEW.applied_at, NEW.expires_at, NEW.unit,
      NEW.dual, NEW.public_key, NEW.key_digest, NEW.replaces_issuer, NEW.replaces_serial)
     IS DISTINCT FROM
     (OLD.id, OLD.holder_kind, OLD.holder_id, OLD.holder_class, OLD.agent_kind, OLD.agent_id, OLD.applied_at, OLD.expires_at, OLD.unit,
      OLD.dual, OLD.public_key, OLD.key_digest, OLD.replaces_issuer, OLD.replaces_serial)
     OR (OLD.signing_serial IS NOT NULL AND (NEW.signing_issuer, NEW.signing_serial) IS DISTINCT FROM (OLD.signing_issuer, OLD.signing_serial))
     OR (OLD.encryption_serial IS NOT NULL
         AND (NEW.encryption_issuer, NEW.encryption_serial) IS DISTINCT FROM (OLD.encryption_issuer, OLD.encryption_serial))
     OR (NEW.status <> OLD.status
         AND NOT (OLD.status = 'open' AND NEW.status IN ('approved', 'rejected', 'expired', 'withdrawn'))
         AND NOT (OLD.status = 'approved' AND NEW.status IN ('issued', 'rejected')))
     OR (OLD.status NOT IN ('open', 'approved') AND (NEW.decided_at, NEW.reason) IS DISTINCT FROM (OLD.decided_at, OLD.reason)) THEN
    RAISE EXCEPTION 'applications are decided once and not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER certificate_application_guard BEFORE UPDATE OR DELETE ON certificate_application
  FOR EACH ROW EXECUTE FUNCTION certificate_application_guard();

-- Four eyes: one officer proposes, another person decides, and nobody decides on what concerns them.
CREATE TABLE certificate_proposal (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('issue', 'revoke', 'suspend', 'release', 'recover')),
  -- The application, or issuer and serial number of the certificate.
  target text NOT NULL,
  application_id uuid REFERENCES certificate_application (id),
  issuer_id text,
  serial text,
  revocation_reason text,
  recipient_kind text CHECK (recipient_kind IN ('holder', 'order')),
  recipient_issuer text,
  recipient_serial text,
  recipient_key bytea,
  order_reference text,
  reason text NOT NULL,
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > proposed_at),
  barred text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'approved', 'rejected', 'expired')),
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  FOREIGN KEY (issuer_id, serial) REFERENCES certificate (issuer_id, serial),
  FOREIGN KEY (recipient_issuer, recipient_serial) REFERENCES certificate (issuer_id, serial),
  CHECK ((kind = 'issue') = (application_id IS NOT NULL)),
  CHECK ((kind = 'issue') = (issuer_id IS NULL) AND (kind = 'issue') = (serial IS NULL)),
  CHECK (target = coalesce(application_id::text, issuer_id || '/' || serial)),
  CHECK ((kind = 'revoke') = (revocation_reason IS NOT NULL)),
  CHECK ((kind = 'recover') = (recipient_kind IS NOT NULL)),
  CHECK ((coalesce(recipient_kind, '') = 'holder') = (recipient_serial IS NOT NULL)),
  CHECK ((coalesce(recipient_kind, '') = 'order') = (recipient_key IS NOT NULL AND order_reference IS NOT NULL)),
  CHECK ((status IN ('approved', 'rejected')) = (decided_by IS NOT NULL)),
  CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision_reason IS NULL)),
  CONSTRAINT certificate_proposal_second_person CHECK (status <> 'approved' OR decided_by <> proposed_by),
  CONSTRAINT certificate_proposal_concerned CHECK (NOT (proposed_by = ANY (barred)) AND NOT (coalesce(decided_by, '') = ANY (barred)))
);
CREATE UNIQUE INDEX certificate_proposal_open ON certificate_proposal (kind, target) WHERE status = 'open';
CREATE INDEX certificate_proposal_target ON certificate_proposal (target, id);
CREATE INDEX certificate_proposal_status ON certificate_proposal (status, id);

CREATE FUNCTION certificate_proposal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.status <> 'open'
     OR (NEW.id, NEW.kind, NEW.target, NEW.application_id, NEW.issuer_id, NEW.serial, NEW.revocation_reason, NEW.recipient_kind,
         NEW.recipient_issuer, NEW.recipient_serial, NEW.recipient_key, NEW.order_reference, NEW.reason, NEW.proposed_by,
         NEW.proposed_at, NEW.expires_at, NEW.barred)
        IS DISTINCT FROM
        (OLD.id, OLD.kind, OLD.target, OLD.application_id, OLD.issuer_id, OLD.serial, OLD.revocation_reason, OLD.recipient_kind,
         OLD.recipient_issuer, OLD.recipient_serial, OLD.recipient_key, OLD.order_reference, OLD.reason, OLD.proposed_by,
         OLD.proposed_at, OLD.expires_at, OLD.barred) THEN
    RAISE EXCEPTION 'proposals are decided once and not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER certificate_proposal_guard BEFORE UPDATE OR DELETE ON certificate_proposal
  FOR EACH ROW EXECUTE FUNCTION certificate_proposal_guard();

-- Whose a certificate is; written with the certificate.
CREATE TABLE certificate_holder (
  issuer_id text NOT NULL,
  serial text NOT NULL,
  holder_kind text NOT NULL CHECK (holder_kind IN ('person', 'entity')),
  holder_id text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('signing', 'encryption')),
  key_digest bytea NOT NULL CHECK (length(key_digest) = 32),
  application_id uuid REFERENCES certificate_application (id),
  issued_at timestamptz NOT NULL,
  superseded_at timestamptz,
  PRIMARY KEY (issuer_id, serial),
  FOREIGN KEY (issuer_id, serial) REFERENCES certificate (issuer_id, serial)
);
CREATE INDEX certificate_holder_of ON certificate_holder (holder_kind, holder_id, issued_at);
CREATE INDEX certificate_holder_key ON certificate_holder (key_digest);
CREATE INDEX certificate_holder_application ON certificate_holder (application_id);
CREATE INDEX certificate_holder_issued ON certificate_holder (issued_at, serial);
CREATE INDEX certificate_holder_superseded ON certificate_holder (superseded_at) WHERE superseded_at IS NOT NULL;
CREATE INDEX certificate_ending ON certificate (not_after);
CREATE INDEX legal_entity_name ON legal_entity (name);

CREATE FUNCTION certificate_holder_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.superseded_at IS NOT NULL
     OR (NEW.issuer_id, NEW.serial, NEW.holder_kind, NEW.holder_id, NEW.purpose, NEW.key_digest, NEW.application_id, NEW.issued_at)
        IS DISTINCT FROM
        (OLD.issuer_id, OLD.serial, OLD.holder_kind, OLD.holder_id, OLD.purpose, OLD.key_digest, OLD.application_id, OLD.issued_at) THEN
    RAISE EXCEPTION 'a certificate keeps its holder, and is superseded once' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER certificate_holder_guard BEFORE UPDATE OR DELETE ON certificate_holder
  FOR EACH ROW EXECUTE FUNCTION certificate_holder_guard();

-- A key belongs to its first holder for ever.
CREATE TABLE certificate_key (
  key_digest bytea PRIMARY KEY CHECK (length(key_digest) = 32),
  holder_kind text NOT NULL CHECK (holder_kind IN ('person', 'entity')),
  holder_id text NOT NULL,
  bound_at timestamptz NOT NULL
);

-- Who put a certificate on hold, and why: the last one counts.
CREATE TABLE certificate_hold (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  issuer_id text NOT NULL,
  serial text NOT NULL,
  origin text NOT NULL CHECK (origin IN ('holder', 'officer', 'register')),
  reason text,
  at timestamptz NOT NULL,
  FOREIGN KEY (issuer_id, serial) REFERENCES certificate (issuer_id, serial)
);
CREATE INDEX certificate_hold_of ON certificate_hold (issuer_id, serial, seq);

CREATE FUNCTION certificate_record_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'this record is append-only' USING ERRCODE = '42501';
END
$$;
CREATE TRIGGER certificate_key_guard BEFORE UPDATE OR DELETE ON certificate_key
  FOR EACH ROW EXECUTE FUNCTION certificate_record_guard();
CREATE TRIGGER certificate_hold_guard BEFORE UPDATE OR DELETE ON certificate_hold
  FOR EACH ROW EXECUTE FUNCTION certificate_record_guard();
