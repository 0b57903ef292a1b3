import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Arrays;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.encoders.Hex;

/**
 * BouncyCastle's opinion of one object after another. A request is a kind and its arguments, on the command line or as lines of standard
 * input; an argument is a path, or hex: and octets. The answer to each is one line: "accepted", "accepted" and octets or words, or
 * "refused" and why.
 */
public final class Check {
  interface Kind {
    /** What is to be said behind "accepted"; throws or gives null to refuse. */
    String run(byte[][] arguments) throws Exception;
  }

  private static Kind kindOf(String name) {
    return switch (name) {
      case "version" -> a -> new BouncyCastleProvider().getInfo() + ", Java " + System.getProperty("java.version");
      case "sm2-verify" -> a -> Sm2Checks.verify(a[0], a[1], a[2], a[3]);
      case "sm2-verify-digest" -> a -> Sm2Checks.verifyDigest(a[0], a[1], a[2]);
      case "sm2-sign" -> a -> Sm2Checks.sign(a[0], a[1], a[2]);
      case "sm2-encrypt" -> a -> Sm2Checks.encrypt(a[0], a[1]);
      case "sm2-decrypt" -> a -> Sm2Checks.decrypt(a[0], a[1]);
      case "sm2-decrypt-der" -> a -> Sm2Checks.decrypt(a[0], Sm2Checks.rawFromDer(a[1]));
      case "sm2-agree" -> a -> Sm2Checks.agree(a);
      case "public-key" -> a -> Sm2Checks.readPublicKey(a[0]);
      case "private-key" -> a -> Sm2Checks.readPrivateKey(a[0]);
      case "certificate" -> a -> ObjectChecks.certificate(a[0], a[1]);
      case "crl" -> a -> ObjectChecks.crl(a[0], a[1]);
      case "ocsp" -> a -> ObjectChecks.ocsp(a[0], a[1], a[2]);
      case "timestamp" -> a -> ObjectChecks.timestamp(a[0], a[1]);
      case "message" -> a -> ObjectChecks.message(a[0], a.length > 1 ? a[1] : null);
      case "request" -> a -> ObjectChecks.request(a[0]);
      default -> throw new IllegalArgumentException("no such kind: " + name);
    };
  }

  private static byte[] read(String argument) throws Exception {
    return argument.startsWith("hex:") ? Hex.decode(argument.substring(4)) : Files.readAllBytes(Path.of(argument));
  }

  private static String answer(String[] words) {
    try {
      byte[][] arguments = new byte[words.length - 1][];
      for (int i = 1; i < words.length; i++) arguments[i - 1] = read(words[i]);
      String said = kindOf(words[0]).run(arguments);
      return said == null ? "refused" : ("accepted " + said).strip();
    } catch (Throwable error) {
      String text = error.getClass().getSimpleName() + ": " + error.getMessage();
      return "refused " + text.replaceAll("\\s+", " ");
    }
  }

  public static void main(String[] words) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (words.length > 0) {
      String said = answer(words);
      out.println(said);
      System.exit(said.startsWith("accepted") ? 0 : 1);
    }
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine())
      out.println(answer(Arrays.stream(line.split("\t")).toArray(String[]::new)));
  }
}
