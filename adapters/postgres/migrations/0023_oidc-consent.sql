-- Whom a person let have which data, and the text that they read. Rows are only withdrawn.
CREATE TABLE oidc_consent (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  client_id text NOT NULL,
  scopes text[] NOT NULL,
  text_version text NOT NULL,
  given_at timestamptz NOT NULL,
  withdrawn_at timestamptz
);
CREATE INDEX oidc_consent_account ON oidc_consent (account_id, client_id);
CREATE FUNCTION oidc_consent_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
     OR (NEW.id, NEW.account_id, NEW.client_id, NEW.scopes, NEW.text_version, NEW.given_at)
        IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.client_id, OLD.scopes, OLD.text_version, OLD.given_at) THEN
    RAISE EXCEPTION 'a consent is only withdrawn' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER oidc_consent_guard BEFORE UPDATE OR DELETE ON oidc_consent FOR EACH ROW EXECUTE FUNCTION oidc_consent_guard();
