import java.util.Collection;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignatureAlgorithmNameGenerator;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.DefaultCMSSignatureAlgorithmNameGenerator;
import org.bouncycastle.cms.SignerId;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.cms.jcajce.JcaSignerInfoVerifierBuilder;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Selector;
import org.bouncycastle.util.Store;

/** Certificates, lists, OCSP answers, time stamps and messages, by BouncyCastle's PKIX library. */
final class ObjectChecks {
  private static final String PROVIDER = "BC";
  /** SM2-1 of GB/T 33560: what GB/T 35275 messages name as their signature algorithm. */
  private static final ASN1ObjectIdentifier SM2_SIGN = new ASN1ObjectIdentifier("1.2.156.10197.1.301.1");

  private ObjectChecks() {}

  private static ContentVerifierProvider verifierOf(X509CertificateHolder signer) throws Exception {
    return new JcaContentVerifierProviderBuilder().setProvider(PROVIDER).build(signer);
  }

  static String certificate(byte[] certificate, byte[] issuer) throws Exception {
    X509CertificateHolder holder = new X509CertificateHolder(certificate);
    X509CertificateHolder by = new X509CertificateHolder(issuer);
    boolean signed = holder.isSignatureValid(verifierOf(by)) && holder.getIssuer().equals(by.getSubject());
    new JcaX509CertificateConverter().setProvider(PROVIDER).getCertificate(holder).checkValidity(holder.getNotBefore());
    return signed ? holder.getSignatureAlgorithm().getAlgorithm().getId() : null;
  }

  static String crl(byte[] crl, byte[] issuer) throws Exception {
    X509CRLHolder holder = new X509CRLHolder(crl);
    X509CertificateHolder by = new X509CertificateHolder(issuer);
    boolean signed = holder.isSignatureValid(verifierOf(by)) && holder.getIssuer().equals(by.getSubject());
    return signed ? holder.getRevokedCertificates().size() + " entries" : null;
  }

  /** Signed by the issuer or by a responder that the issuer certified. */
  static String ocsp(byte[] response, byte[] certificate, byte[] issuer) throws Exception {
    BasicOCSPResp basic = (BasicOCSPResp) new OCSPResp(response).getResponseObject();
    X509CertificateHolder by = new X509CertificateHolder(issuer);
    X509CertificateHolder[] given = basic.getCerts();
    X509CertificateHolder signer = given.length > 0 ? given[0] : by;
    if (!signer.equals(by) && !signer.isSignatureValid(verifierOf(by))) return null;
    if (!basic.isSignatureValid(verifierOf(signer))) return null;
    X509CertificateHolder asked = new X509CertificateHolder(certificate);
    for (SingleResp single : basic.getResponses()) {
      CertificateID id = single.getCertID();
      boolean matches =
          id.getSerialNumber().equals(asked.getSerialNumber())
              && id.matchesIssuer(by, new JcaDigestCalculatorProviderBuilder().setProvider(PROVIDER).build());
      if (!matches) continue;
      Object status = single.getCertStatus();
      return status == null ? "good" : status instanceof RevokedStatus ? "revoked" : "unknown";
    }
    return null;
  }

  @SuppressWarnings("unchecked")
  private static X509CertificateHolder certificateOf(Store<X509CertificateHolder> store, SignerId id) {
    Collection<X509CertificateHolder> found = store.getMatches((Selector<X509CertificateHolder>) (Selector<?>) id);
    return found.iterator().next();
  }

  private static TimeStampToken tokenOf(byte[] bytes) throws Exception {
    try {
      TimeStampToken token = new TimeStampResponse(bytes).getTimeStampToken();
      if (token != null) return token;
    } catch (Exception notAResponse) {
      // a token alone
    }
    return new TimeStampToken(ContentInfo.getInstance(bytes));
  }

  static String timestamp(byte[] bytes, byte[] stamped) throws Exception {
    TimeStampToken token = tokenOf(bytes);
    X509CertificateHolder signer = certificateOf(token.getCertificates(), token.getSID());
    token.validate(verifiers(signer));
    AlgorithmIdentifier algorithm = token.getTimeStampInfo().getHashAlgorithm();
    var digest = new JcaDigestCalculatorProviderBuilder().setProvider(PROVIDER).build().get(algorithm);
    digest.getOutputStream().write(stamped);
    boolean fits = java.util.Arrays.equals(digest.getDigest(), token.getTimeStampInfo().getMessageImprintDigest());
    return fits ? token.getTimeStampInfo().getGenTime().toInstant().toString() : null;
  }

  /** BouncyCastle knows the algorithm by its other identifier, .501. */
  private static final CMSSignatureAlgorithmNameGenerator NAMES =
      (digest, signature) ->
          signature.getAlgorithm().equals(SM2_SIGN)
              ? "SM3WITHSM2"
              : new DefaultCMSSignatureAlgorithmNameGenerator().getSignatureName(digest, signature);

  private static SignerInformationVerifier verifiers(X509CertificateHolder signer) throws Exception {
    return new JcaSignerInfoVerifierBuilder(new JcaDigestCalculatorProviderBuilder().setProvider(PROVIDER).build())
        .setProvider(PROVIDER)
        .setSignatureAlgorithmNameGenerator(NAMES)
        .setSignatureAlgorithmFinder(
            name ->
                name.equals("SM3WITHSM2")
                    ? new AlgorithmIdentifier(GMObjectIdentifiers.sm2sign_with_sm3)
                    : new org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder().find(name))
        .build(signer);
  }

  /** GB/T 35275 SignedData, attached or with its content beside it. */
  static String message(byte[] message, byte[] content) throws Exception {
    CMSSignedData data =
        content == null
            ? new CMSSignedData(message)
            : new CMSSignedData(new CMSProcessableByteArray(content), message);
    Store<X509CertificateHolder> certificates = data.getCertificates();
    int signers = 0;
    for (SignerInformation signer : data.getSignerInfos().getSigners()) {
      X509CertificateHolder by = certificateOf(certificates, signer.getSID());
      if (!signer.verify(verifiers(by))) return null;
      signers++;
    }
    return signers == 0 ? null : data.getSignedContentTypeOID() + " " + signers + " signers";
  }

  static String request(byte[] request) throws Exception {
    PKCS10CertificationRequest held = new PKCS10CertificationRequest(request);
    boolean signed =
        held.isSignatureValid(
            new JcaContentVerifierProviderBuilder().setProvider(PROVIDER).build(held.getSubjectPublicKeyInfo()));
    return signed ? held.getSubject().toString() : null;
  }
}
