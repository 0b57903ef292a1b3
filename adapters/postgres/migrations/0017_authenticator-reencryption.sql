-- What an authenticator was stays as it was, also after its removal; only its secret may be put under another master key.
CREATE OR REPLACE FUNCTION authenticator_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.confirmed_at IS NULL THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'authenticators are removed, not deleted' USING ERRCODE = '42501';
  END IF;
  IF NEW.counter < OLD.counter
     OR (NEW.id, NEW.account_id, NEW.kind, NEW.lookup_index, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.kind, OLD.lookup_index, OLD.created_at)
     OR (OLD.removed_at IS NOT NULL
         AND (NEW.label, NEW.counter, NEW.confirmed_at, NEW.last_used_at, NEW.removed_at)
             IS DISTINCT FROM (OLD.label, OLD.counter, OLD.confirmed_at, OLD.last_used_at, OLD.removed_at)) THEN
    RAISE EXCEPTION 'authenticators are not changed' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
$$;
