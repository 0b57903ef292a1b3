-- Licences. Holder and metadata are personal data: encrypted columns, looked up by keyed blind index.
CREATE SEQUENCE licence_serial;

CREATE TABLE licence (
  id uuid PRIMARY KEY,
  licence_id text NOT NULL UNIQUE,
  type_code text NOT NULL CHECK (length(type_code) = 21),
  issuer_id uuid NOT NULL,
  seal_id uuid NOT NULL,
  number text NOT NULL,
  version int NOT NULL CHECK (version BETWEEN 1 AND 999),
  holder_kind text NOT NULL CHECK (holder_kind IN ('person', 'entity')),
  holder_index bytea NOT NULL,
  -- holder and metadata as one encrypted JSON
  content bytea NOT NULL,
  salt text NOT NULL CHECK (salt ~ '^[0-9a-f]{32}$'),
  status text NOT NULL CHECK (status IN ('draft', 'valid', 'suspended', 'revoked')),
  case_number text NOT NULL,
  request_digest text NOT NULL CHECK (request_digest ~ '^[0-9a-f]{64}$'),
  document_id text,
  created_at timestamptz NOT NULL,
  CHECK ((status = 'draft') = (document_id IS NULL)),
  CONSTRAINT licence_number_key UNIQUE (issuer_id, type_code, number, version),
  CONSTRAINT licence_case_key UNIQUE (issuer_id, case_number)
);
CREATE INDEX licence_holder ON licence (holder_index);
CREATE INDEX licence_issuer ON licence (issuer_id, created_at);

CREATE TABLE licence_status (
  licence_id uuid NOT NULL REFERENCES licence (id),
  seq int NOT NULL,
  status text NOT NULL CHECK (status IN ('valid', 'suspended', 'revoked')),
  at timestamptz NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (licence_id, seq)
);
