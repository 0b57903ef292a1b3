-- Keys that sign ID tokens and logout tokens. One signs at a time: the newest whose time has come. The private half is encrypted.
CREATE TABLE oidc_signing_key (
  kid text PRIMARY KEY CHECK (kid ~ '^[A-Za-z0-9_-]{1,64}$'),
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  signs_from timestamptz NOT NULL UNIQUE,
  -- Known to others: not published from then on, whatever is still in use.
  withdrawn_at timestamptz
);
