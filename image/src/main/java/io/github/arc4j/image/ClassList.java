package io.github.arc4j.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The classes that a start-up archive holds.
 *
 * <p>They come from two places. A recorded list, checked in, names the classes of the JDK and of libraries that runs
 * have used, one a line in the JVM's notation ({@code java/lang/String}); {@code *} after the name says that lambdas or
 * string concatenations of the class were used as well. Lines that start with {@code @} are directives for the JVM. The
 * project's own classes are not recorded but all taken, so that the archive never lags behind the code.
 *
 * <p>The JVM resolves a constant ahead of time only if the list names its index in the constant pool of its class. These
 * indexes differ from compilation to compilation: they are read from the class files instead of being recorded.
 */
final class ClassList {

    private static final String WITH_CALL_SITES = " *";

    private final SortedMap<String, Boolean> callSitesByClass = new TreeMap<>();
    private final SortedSet<String> directives = new TreeSet<>();

    /** Reads a recorded list. */
    static ClassList of(List<String> recorded) {
        ClassList list = new ClassList();
        for (String line : recorded) {
            if (line.startsWith("@")) {
                list.directives.add(line);
            } else {
                boolean callSites = line.endsWith(WITH_CALL_SITES);
                String name = callSites ? line.substring(0, line.length() - WITH_CALL_SITES.length()) : line;
                list.add(name, callSites);
            }
        }
        return list;
    }

    /**
     * Adds a class.
     *
     * @param callSites whether its dynamic call sites (lambdas, string concatenations) are resolved ahead of time too
     */
    void add(String name, boolean callSites) {
        callSitesByClass.merge(name, callSites, Boolean::logicalOr);
    }

    /** Adds classes with all their call sites. */
    void addAll(Collection<String> names) {
        names.forEach(name -> add(name, true));
    }

    /** Adds a line that the JVM is to see as it is. */
    void addDirective(String directive) {
        directives.add(directive);
    }

    /** The list as it is recorded, sorted. */
    List<String> recorded() {
        List<String> lines = new ArrayList<>();
        callSitesByClass.forEach((name, callSites) -> lines.add(callSites ? name + WITH_CALL_SITES : name));
        lines.addAll(directives);
        return lines;
    }

    /** The list for {@code -XX:SharedClassListFile}; classes without a class file are left out. */
    List<String> forJvm(ClassFiles files) throws IOException {
        List<String> lines = new ArrayList<>();
        List<String> constants = new ArrayList<>();
        for (var entry : callSitesByClass.entrySet()) {
            Optional<byte[]> file = files.find(entry.getKey());
            if (file.isPresent()) {
                lines.add(entry.getKey());
                constants.add(constants(entry.getKey(), file.get(), entry.getValue()));
            }
        }
        lines.addAll(directives);
        lines.addAll(constants);
        return lines;
    }

    private static String constants(String name, byte[] file, boolean callSites) {
        StringBuilder line = new StringBuilder("@cp ").append(name);
        for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
            if (isResolvable(entry, callSites)) {
                line.append(' ').append(entry.index());
            }
        }
        return line.toString();
    }

    private static boolean isResolvable(PoolEntry entry, boolean callSites) {
        return switch (entry.tag()) {
            case PoolEntry.TAG_CLASS,
                    PoolEntry.TAG_FIELDREF,
                    PoolEntry.TAG_METHODREF,
                    PoolEntry.TAG_INTERFACE_METHODREF -> true;
            case PoolEntry.TAG_INVOKE_DYNAMIC -> callSites;
            default -> false;
        };
    }
}
