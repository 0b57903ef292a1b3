-- A register event suspends the seals of an entity that is gone: nobody's agent did it.
ALTER TABLE seal_status DROP CONSTRAINT seal_status_agent_kind_check;
ALTER TABLE seal_status ADD CONSTRAINT seal_status_agent_kind_check CHECK (agent_kind IN ('person', 'client', 'system'));
