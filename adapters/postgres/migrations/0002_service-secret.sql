-- Secrets that all processes of one service share (cookie keys, pairwise key, token signing key), encrypted under the master key.
CREATE TABLE service_secret (
  name text PRIMARY KEY,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
