package io.github.arc4j.actions.internal.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificate authorities in PEM files. The files are read on first use, and read again after a change if the current
 * authorities do not vouch for a server, because a mounted ConfigMap may change while the process runs.
 */
public final class PemRoots implements Roots {
    private static final Logger log = LoggerFactory.getLogger(PemRoots.class);

    /** The attributes that reveal a change of a file. */
    private record Version(Path file, long modified, long size) {}

    private record Content(List<Version> versions, Roots roots) {}

    private final List<Path> paths;
    private final boolean expected;
    private @Nullable Content content;

    private PemRoots(List<Path> paths, boolean expected) {
        this.paths = List.copyOf(paths);
        this.expected = expected;
    }

    /** Uses files and directories that the user configured; a missing one is a mistake and is logged. */
    public static PemRoots named(List<Path> paths) {
        return new PemRoots(paths, true);
    }

    /** Uses files and directories that may be absent. */
    public static PemRoots usual(List<Path> paths) {
        return new PemRoots(paths, false);
    }

    @Override
    public void examine(Check check) throws CertificateException {
        Content current = content();
        try {
            current.roots().examine(check);
        } catch (CertificateException e) {
            Content changed = update(current);
            if (changed == current) {
                throw e;
            }
            changed.roots().examine(check);
        }
    }

    private synchronized Content content() {
        return content == null ? update(null) : content;
    }

    private synchronized Content update(@Nullable Content known) {
        List<Version> versions = versions();
        Content latest = content;
        if (latest != null && (latest != known || latest.versions().equals(versions))) {
            return latest;
        }
        Set<Certificate> certificates = new LinkedHashSet<>();
        versions.forEach(version -> certificates.addAll(read(version.file())));
        log.debug("{} certificate authorities in {}", certificates.size(), paths);
        latest = new Content(versions, Roots.of(certificates));
        content = latest;
        return latest;
    }

    private List<Version> versions() {
        List<Version> versions = new ArrayList<>();
        for (Path path : paths) {
            files(path).forEach(file -> versions.add(version(file)));
        }
        return versions;
    }

    private static List<Path> files(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> !Files.isDirectory(file)).sorted().toList();
        } catch (IOException e) {
            return List.of(path);
        }
    }

    /**
     * Returns the version of a file; a missing file has a version of its own, and the later attempt to read it reports
     * the error.
     */
    private static Version version(Path file) {
        try {
            return new Version(file, Files.getLastModifiedTime(file).toMillis(), Files.size(file));
        } catch (IOException e) {
            return new Version(file, -1, -1);
        }
    }

    private List<Certificate> read(Path file) {
        try {
            List<Certificate> certificates = Trust.certificates(Files.readString(file, StandardCharsets.ISO_8859_1));
            if (certificates.isEmpty()) {
                report(file, "no certificate in PEM");
            }
            return certificates;
        } catch (IOException e) {
            report(file, e.toString());
            return List.of();
        }
    }

    private void report(Path path, String problem) {
        if (expected) {
            log.warn("Cannot read certificate authorities from {}: {}", path, problem);
        }
    }
}
