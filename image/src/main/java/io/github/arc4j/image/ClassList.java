package io.github.arc4j.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes in a start-up archive.
 *
 * <p>They come from two sources. A recorded list, which is checked in, contains the classes of the JDK and of libraries
 * that a recorded run used, one per line in the JVM's notation ({@code java/lang/String}), each with the constant pool
 * indexes of the dynamic call sites (lambdas, string concatenations) that were reached. Lines that start with {@code @}
 * are directives for the JVM. The project's own classes are not recorded; all of them are added, so that the archive is
 * never out of date, except for those that the recorded run did not use, on lines that start with {@code -}. With
 * {@code #} and the name of a method at the end, such a line excludes only the call sites of that method.
 *
 * <p>The JVM resolves a constant ahead of time only if the list contains its index. Plain references are cheap: the
 * list contains all of them, regardless of the compiler. A call site requires a hidden class, so only the recorded ones
 * are listed.
 */
final class ClassList {

    private static final String UNUSED = "-";

    private final SortedMap<String, SortedSet<Integer>> callSites = new TreeMap<>();
    private final Set<String> withAllCallSites = new HashSet<>();
    private final SortedSet<String> directives = new TreeSet<>();
    private final SortedSet<String> unused = new TreeSet<>();

    /** Reads a recorded list. */
    static ClassList of(List<String> recorded) {
        ClassList list = new ClassList();
        for (String line : recorded) {
            if (line.startsWith("@")) {
                list.addDirective(line);
            } else if (line.startsWith(UNUSED)) {
                list.exclude(line.substring(UNUSED.length()));
            } else {
                String[] words = line.split(" ");
                list.add(
                        words[0],
                        Arrays.stream(words).skip(1).map(Integer::valueOf).toList());
            }
        }
        return list;
    }

    /** Adds a class with some of its call sites, in addition to those already added. */
    void add(String name, Collection<Integer> sites) {
        callSites.computeIfAbsent(name, key -> new TreeSet<>()).addAll(sites);
    }

    /** Adds a class with all of its call sites, except for those that are {@linkplain #exclude excluded}. */
    void addWhole(String name) {
        if (!unused.contains(name)) {
            add(name, List.of());
            withAllCallSites.add(name);
        }
    }

    /** Excludes one of the project's own classes. */
    void exclude(String name) {
        unused.add(name);
    }

    /** Excludes the call sites of a method in one of the project's own classes. */
    void excludeCallSites(String name, String method) {
        if (!unused.contains(name)) {
            unused.add(name + "#" + method);
        }
    }

    /** Reverts {@link #exclude}; returns whether the class was excluded. */
    boolean include(String name) {
        return unused.remove(name);
    }

    /** Reverts {@link #exclude} for all classes. */
    void includeAll() {
        unused.clear();
    }

    /** Adds a line that is passed to the JVM unchanged. */
    void addDirective(String directive) {
        directives.add(directive);
    }

    /** The list in its recorded form, sorted. */
    List<String> recorded() {
        List<String> lines = new ArrayList<>();
        callSites.forEach((name, sites) -> lines.add(line(name, sites)));
        lines.addAll(directives);
        unused.forEach(name -> lines.add(UNUSED + name));
        return lines;
    }

    /** The list for {@code -XX:SharedClassListFile}; classes without a class file are omitted. */
    List<String> forJvm(ClassFiles files) throws IOException {
        List<String> lines = new ArrayList<>();
        List<String> constants = new ArrayList<>();
        for (String name : callSites.keySet()) {
            Optional<byte[]> file = files.find(name);
            if (file.isPresent()) {
                lines.add(name);
                List<Integer> resolvable = resolvable(name, file.get());
                if (!resolvable.isEmpty()) {
                    constants.add(line("@cp " + name, resolvable));
                }
            }
        }
        lines.addAll(directives);
        lines.addAll(constants);
        return lines;
    }

    private static String line(String start, Collection<Integer> indexes) {
        return Stream.concat(Stream.of(start), indexes.stream().map(String::valueOf))
                .collect(Collectors.joining(" "));
    }

    private List<Integer> resolvable(String name, byte[] file) {
        List<Integer> indexes = new ArrayList<>();
        ClassModel parsed = ClassFile.of().parse(file);
        Set<Integer> sites = listedCallSites(name, parsed);
        for (PoolEntry entry : parsed.constantPool()) {
            boolean resolvable = switch (entry.tag()) {
                case PoolEntry.TAG_CLASS,
                        PoolEntry.TAG_FIELDREF,
                        PoolEntry.TAG_METHODREF,
                        PoolEntry.TAG_INTERFACE_METHODREF -> true;
                case PoolEntry.TAG_INVOKE_DYNAMIC -> sites.contains(entry.index());
                default -> false;
            };
            if (resolvable) {
                indexes.add(entry.index());
            }
        }
        return indexes;
    }

    private Set<Integer> listedCallSites(String name, ClassModel file) {
        Set<Integer> listed = new HashSet<>(callSites.getOrDefault(name, new TreeSet<>()));
        if (withAllCallSites.contains(name)) {
            CallSites.byMethod(file).forEach((method, sites) -> {
                if (!unused.contains(name + "#" + method)) {
                    listed.addAll(sites);
                }
            });
        }
        return listed;
    }
}
