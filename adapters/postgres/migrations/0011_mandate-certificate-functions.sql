-- Mandates for certificates: asking for them, and the officers of the CA's operator.
ALTER TABLE mandate DROP CONSTRAINT mandate_functions_check;
ALTER TABLE mandate ADD CONSTRAINT mandate_functions_check CHECK (cardinality(functions) > 0 AND functions <@ ARRAY[
  'seal.apply', 'seal.approve', 'seal.use', 'seal.manage',
  'licence.issue', 'licence.manage', 'licence.read', 'matter.file',
  'certificate.apply', 'ca.review', 'ca.recover']);
