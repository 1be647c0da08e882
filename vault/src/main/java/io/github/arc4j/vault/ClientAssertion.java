package io.github.arc4j.vault;

import io.github.arc4j.actions.wire.JsonWebToken;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** The signed assertion of an application's identity that Microsoft Entra ID requires for certificate credentials. */
final class ClientAssertion {
    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final PSSParameterSpec PS256 =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

    private ClientAssertion() {}

    static String create(ClientCertificate certificate, String clientId, URI tokenEndpoint, Instant now)
            throws GeneralSecurityException {
        byte[] thumbprint = MessageDigest.getInstance("SHA-256")
                .digest(certificate.certificate().getEncoded());
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(PS256);
        signature.initSign(certificate.key());
        return JsonWebToken.sign(
                header -> {
                    header.writeStringField("alg", "PS256");
                    header.writeStringField("typ", "JWT");
                    header.writeStringField("x5t#S256", JsonWebToken.base64(thumbprint));
                },
                claims -> {
                    claims.writeStringField("aud", tokenEndpoint.toString());
                    claims.writeStringField("iss", clientId);
                    claims.writeStringField("sub", clientId);
                    claims.writeStringField("jti", UUID.randomUUID().toString());
                    claims.writeNumberField("nbf", now.getEpochSecond());
                    claims.writeNumberField("iat", now.getEpochSecond());
                    claims.writeNumberField("exp", now.plus(LIFETIME).getEpochSecond());
                },
                signature);
    }
}
