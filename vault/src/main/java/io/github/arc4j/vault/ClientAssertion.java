package io.github.arc4j.vault;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** The signed claim of an application to be itself, as Microsoft Entra ID wants it for certificate credentials. */
final class ClientAssertion {
    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final PSSParameterSpec PS256 =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

    private ClientAssertion() {}

    static String create(ClientCertificate certificate, String clientId, URI tokenEndpoint, Instant now)
            throws GeneralSecurityException {
        byte[] thumbprint = MessageDigest.getInstance("SHA-256")
                .digest(certificate.certificate().getEncoded());
        ObjectNode header = JsonNodeFactory.instance
                .objectNode()
                .put("alg", "PS256")
                .put("typ", "JWT")
                .put("x5t#S256", base64(thumbprint));
        ObjectNode claims = JsonNodeFactory.instance
                .objectNode()
                .put("aud", tokenEndpoint.toString())
                .put("iss", clientId)
                .put("sub", clientId)
                .put("jti", UUID.randomUUID().toString())
                .put("nbf", now.getEpochSecond())
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(LIFETIME).getEpochSecond());
        String content = base64(header) + "." + base64(claims);
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(PS256);
        signature.initSign(certificate.key());
        signature.update(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + base64(signature.sign());
    }

    private static String base64(ObjectNode json) {
        return base64(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
