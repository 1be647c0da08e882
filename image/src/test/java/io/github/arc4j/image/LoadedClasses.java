package io.github.arc4j.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ConstantPool;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts what the JVM wrote about a process to a list to be recorded.
 *
 * <p>Without an archive, the JVM loads many classes only to verify others. All classes in an archive cost memory, so
 * only those that were initialized are recorded. A process with such an archive then loads from elsewhere what it needs
 * without initialization, for example for an {@code instanceof}; these classes are added.
 */
final class LoadedClasses {

    private static final String OWN = "io/github/arc4j/";
    private static final Pattern INITIALIZED = Pattern.compile(" Initializing '([^']+)'");
    private static final Pattern LOADED = Pattern.compile("] (\\S+) source: (jrt|file):");

    private final ClassFiles files;

    LoadedClasses(ClassFiles files) {
        this.files = files;
    }

    /**
     * The classes that a process without an archive has initialized.
     *
     * @param dumped the output of {@code -XX:DumpLoadedClassList}
     * @param log the output of {@code -Xlog:class+init}
     * @param own the project's classes, which are all in the archive unless excluded
     */
    ClassList initialized(List<String> dumped, List<String> log, List<String> own) throws IOException {
        Set<String> initialized = Set.copyOf(matches(INITIALIZED, log));
        ClassList list = new ClassList();
        own.stream().filter(name -> !initialized.contains(name)).forEach(list::exclude);
        for (String line : dumped) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "@lambda-form-invoker" -> list.addDirective(line);
                case "@cp" -> {
                    if (initialized.contains(words[1])) {
                        add(list, words[1], Arrays.copyOfRange(words, 2, words.length));
                    }
                }
                case "#", "@lambda-proxy" -> {}
                default -> {
                    if (initialized.contains(words[0])) {
                        add(list, words[0]);
                    }
                }
            }
        }
        return list;
    }

    /**
     * Excludes the call sites of the project's methods in which a process without an archive has reached none.
     *
     * @param dumped the output of {@code -XX:DumpLoadedClassList}
     * @param own the project's classes
     */
    void excludeUnreachedCallSites(ClassList list, List<String> dumped, List<String> own) throws IOException {
        Map<String, Set<Integer>> reached = new HashMap<>();
        for (String line : dumped) {
            String[] words = line.split(" ");
            if (words[0].equals("@cp")) {
                Set<Integer> constants = reached.computeIfAbsent(words[1], name -> new HashSet<>());
                Arrays.stream(words).skip(2).map(Integer::valueOf).forEach(constants::add);
            }
        }
        for (String name : own) {
            Set<Integer> constants = reached.getOrDefault(name, Set.of());
            ClassModel file = ClassFile.of().parse(files.find(name).orElseThrow());
            CallSites.byMethod(file).forEach((method, sites) -> {
                if (Collections.disjoint(sites, constants)) {
                    list.excludeCallSites(name, method);
                }
            });
        }
    }

    /**
     * Adds the classes that a process with an archive of the list has loaded from elsewhere.
     *
     * @param log the output of {@code -Xlog:class+load}
     * @return whether there were any
     */
    boolean addMissing(ClassList list, List<String> log) throws IOException {
        List<String> before = list.recorded();
        for (String loaded : matches(LOADED, log)) {
            String name = loaded.replace('.', '/');
            if (!list.include(name)) {
                add(list, name);
            }
        }
        return !list.recorded().equals(before);
    }

    private static List<String> matches(Pattern pattern, List<String> log) {
        return log.stream()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
    }

    private void add(ClassList list, String name, String... constants) throws IOException {
        Optional<byte[]> file = files.find(name);
        if (file.isEmpty() || name.startsWith(OWN)) {
            return;
        }
        ConstantPool pool = ClassFile.of().parse(file.get()).constantPool();
        list.add(
                name,
                Arrays.stream(constants)
                        .map(Integer::valueOf)
                        .filter(index -> pool.entryByIndex(index).tag() == PoolEntry.TAG_INVOKE_DYNAMIC)
                        .toList());
    }
}
