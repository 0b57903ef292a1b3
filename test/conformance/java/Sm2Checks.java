import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.agreement.SM2KeyExchange;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.SM2KeyExchangePrivateParameters;
import org.bouncycastle.crypto.params.SM2KeyExchangePublicParameters;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.Arrays;
import org.bouncycastle.util.encoders.Hex;

/** SM2 by BouncyCastle's own engines: signatures, ciphertexts, key exchange, keys. */
final class Sm2Checks {
  private static final X9ECParameters CURVE = GMNamedCurves.getByName("sm2p256v1");
  private static final ECDomainParameters DOMAIN =
      new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());

  private Sm2Checks() {}

  private static ECPublicKeyParameters publicKey(byte[] spki) throws Exception {
    return (ECPublicKeyParameters) PublicKeyFactory.createKey(spki);
  }

  private static ECPrivateKeyParameters privateKey(byte[] d) {
    return new ECPrivateKeyParameters(new BigInteger(1, d), DOMAIN);
  }

  private static String when(boolean holds) {
    return holds ? "" : null;
  }

  static String verify(byte[] spki, byte[] id, byte[] message, byte[] signature) throws Exception {
    SM2Signer signer = new SM2Signer();
    signer.init(false, new ParametersWithID(publicKey(spki), id));
    signer.update(message, 0, message.length);
    return when(signer.verifySignature(signature));
  }

  /** Gives e whatever it is fed: the signer asks once for Z and once for e. */
  private record Given(byte[] e) implements Digest {
    public String getAlgorithmName() {
      return "given";
    }

    public int getDigestSize() {
      return 32;
    }

    public void update(byte in) {}

    public void update(byte[] in, int at, int length) {}

    public int doFinal(byte[] out, int at) {
      System.arraycopy(e, 0, out, at, 32);
      return 32;
    }

    public void reset() {}
  }

  static String verifyDigest(byte[] spki, byte[] e, byte[] signature) throws Exception {
    SM2Signer signer = new SM2Signer(StandardDSAEncoding.INSTANCE, new Given(e));
    signer.init(false, publicKey(spki));
    return when(signer.verifySignature(signature));
  }

  static String sign(byte[] d, byte[] id, byte[] message) throws Exception {
    SM2Signer signer = new SM2Signer();
    signer.init(true, new ParametersWithID(new ParametersWithRandom(privateKey(d), new SecureRandom()), id));
    signer.update(message, 0, message.length);
    return Hex.toHexString(signer.generateSignature());
  }

  /** 04 || x1 || y1 || C3 || C2. */
  static String encrypt(byte[] spki, byte[] message) throws Exception {
    SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
    engine.init(true, new ParametersWithRandom(publicKey(spki), new SecureRandom()));
    return Hex.toHexString(engine.processBlock(message, 0, message.length));
  }

  static String decrypt(byte[] d, byte[] raw) throws Exception {
    SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
    engine.init(false, privateKey(d));
    return "octets:" + Hex.toHexString(engine.processBlock(raw, 0, raw.length));
  }

  /** BouncyCastle has no SM2Cipher: its reader of ASN.1, strict where it is, and the parts joined. */
  static byte[] rawFromDer(byte[] der) throws Exception {
    try (ASN1InputStream in = new ASN1InputStream(der)) {
      ASN1Sequence parts = (ASN1Sequence) in.readObject();
      if (in.readObject() != null || parts.size() != 4 || !Arrays.areEqual(parts.getEncoded("DER"), der))
        throw new IllegalArgumentException("not DER of four parts");
      BigInteger x = ((ASN1Integer) parts.getObjectAt(0)).getValue();
      BigInteger y = ((ASN1Integer) parts.getObjectAt(1)).getValue();
      ECPoint point = CURVE.getCurve().validatePoint(x, y);
      byte[] hash = ((ASN1OctetString) parts.getObjectAt(2)).getOctets();
      byte[] text = ((ASN1OctetString) parts.getObjectAt(3)).getOctets();
      if (hash.length != 32) throw new IllegalArgumentException("hash");
      return Arrays.concatenate(point.getEncoded(false), hash, text);
    }
  }

  private static ECPublicKeyParameters pointKey(byte[] encoded) {
    return new ECPublicKeyParameters(CURVE.getCurve().decodePoint(encoded), DOMAIN);
  }

  /** 1 or 0 for the initiator, d, r, own id, peer's point, peer's R, peer's id, bytes wanted: the key and both confirmations. */
  static String agree(byte[][] a) {
    boolean initiates = a[0][0] == 1;
    SM2KeyExchange exchange = new SM2KeyExchange();
    exchange.init(
        new ParametersWithID(new SM2KeyExchangePrivateParameters(initiates, privateKey(a[1]), privateKey(a[2])), a[3]));
    ParametersWithID peer =
        new ParametersWithID(new SM2KeyExchangePublicParameters(pointKey(a[4]), pointKey(a[5])), a[6]);
    int bits = 8 * (a[7][0] & 0xff);
    if (!initiates) {
      byte[][] made = exchange.calculateKeyWithConfirmation(bits, null, peer);
      return Hex.toHexString(made[0]) + " " + Hex.toHexString(made[1]) + " " + Hex.toHexString(made[2]);
    }
    return Hex.toHexString(exchange.calculateKey(bits, peer));
  }

  static String readPublicKey(byte[] spki) throws Exception {
    AsymmetricKeyParameter key = PublicKeyFactory.createKey(spki);
    ECDomainParameters domain = ((ECPublicKeyParameters) key).getParameters();
    return when(domain.equals(DOMAIN));
  }

  static String readPrivateKey(byte[] pkcs8) throws Exception {
    ECPrivateKeyParameters key = (ECPrivateKeyParameters) PrivateKeyFactory.createKey(pkcs8);
    return when(key.getParameters().equals(DOMAIN));
  }
}
