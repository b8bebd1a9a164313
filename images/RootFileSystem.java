import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the part of an image that no Maven artifact brings: a Java runtime, and the system libraries that it and the
 * natives need. Run from source by the profile {@code image}: {@code java RootFileSystem.java KEY=VALUE...}
 *
 * <ul>
 *   <li>{@code out}: the folder that becomes {@code /} of the image; made anew when anything below has changed
 *   <li>{@code modules}: what jlink puts into {@code /opt/java}, from the JDK that runs this
 *   <li>{@code natives} (optional): a folder of shared objects that are in the image under {@code /opt/natives}
 *   <li>{@code aliases} (optional): {@code libold.so=libnew.so,...}: copies made inside {@code natives}; jib keeps no
 *       symbolic links
 *   <li>{@code base}: {@code scratch}, or the image that lies beneath; that one has to bring glibc and libstdc++
 *   <li>{@code user}: name of user and group 10001
 *   <li>{@code options}: the file of JVM flags, one a line, '#' for comments; {@code 24+ } before a flag: JDK 24 and newer
 *   <li>{@code commands}: {@code name=main.Class,...}: each becomes {@code /app/name}, an argument file for {@code java}
 *   <li>{@code classpath}: the class path in those files
 * </ul>
 */
public final class RootFileSystem {
  private static final Pattern RESOLVED = Pattern.compile("(?:(\\S+) => )?(/\\S+) \\(0x[0-9a-f]+\\)");
  private static final Pattern MISSING = Pattern.compile("(\\S+) => not found");
  // for windows and screens, which no container has; they want X11
  private static final List<String> NEEDS_A_SCREEN = List.of("libawt_xawt.so", "libjawt.so", "libsplashscreen.so");

  private final Map<String, String> settings;
  private final Path out;

  private RootFileSystem(Map<String, String> settings) {
    this.settings = settings;
    this.out = Path.of(setting("out"));
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Map<String, String> settings = new TreeMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(arg + ": expected KEY=VALUE; see the head of RootFileSystem.java");
      }
      settings.put(arg.substring(0, equals), arg.substring(equals + 1).trim());
    }
    new RootFileSystem(settings).makeUnlessThere();
  }

  private void makeUnlessThere() throws IOException, InterruptedException {
    // jib looks at modification times: what stays untouched is not compressed again
    Path stamp = out.resolveSibling(out.getFileName() + ".made-from");
    String made = madeFrom();
    if (Files.exists(stamp) && Files.readString(stamp).equals(made)) {
      return;
    }
    Files.deleteIfExists(stamp);
    delete(out);
    Files.createDirectories(out);
    link();
    aliases();
    if (setting("base").equals("scratch")) {
      systemLibraries();
      accounts();
      for (String mountPoint : List.of("tmp", "data", "output", "proc", "sys", "dev", "run")) {
        Files.createDirectories(out.resolve(mountPoint));
      }
    }
    commands();
    Files.writeString(stamp, made);
    System.out.println("root file system of the image: " + out + ", " + (size(out) >> 20) + " MiB");
  }

  private String madeFrom() throws IOException {
    StringBuilder text = new StringBuilder(Runtime.version() + " " + System.getProperty("java.home") + "\n" + settings);
    for (Path natives : optionalFolder("natives")) {
      try (Stream<Path> files = Files.list(natives)) {
        for (Path file : files.sorted().toList()) {
          text.append('\n').append(file.getFileName()).append(' ').append(Files.size(file));
        }
      }
    }
    if (settings.containsKey("options")) {
      text.append('\n').append(Files.readString(Path.of(setting("options"))));
    }
    return text.append('\n').toString();
  }

  private void link() throws IOException, InterruptedException {
    Path home = Path.of(System.getProperty("java.home"));
    Path java = out.resolve("opt/java");
    Files.createDirectories(java.getParent());
    String compress = Runtime.version().feature() < 21 ? "--compress=2" : "--compress=zip-6";
    run(
        List.of(
            home.resolve("bin/jlink").toString(),
            "--add-modules=" + setting("modules"),
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            compress,
            "--output=" + java));
    for (String name : NEEDS_A_SCREEN) {
      Files.deleteIfExists(java.resolve("lib").resolve(name));
    }
    delete(java.resolve("legal")); // symbolic links among them; the notices stay in the JDK that this came from
    Path authorities = home.resolve("lib/security/cacerts"); // Debian's runtime image comes without them
    Path there = java.resolve("lib/security/cacerts");
    if (Files.exists(authorities) && !Files.exists(there)) {
      Files.copy(authorities.toRealPath(), there, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void aliases() throws IOException {
    for (Path natives : optionalFolder("natives")) {
      for (String alias : list("aliases")) {
        String[] names = alias.split("=", 2);
        Path from = natives.resolve(names[0]);
        Path to = natives.resolve(names[1]);
        if (Files.exists(from) && !(Files.exists(to) && Files.size(from) == Files.size(to))) {
          Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /** Copies what the dynamic linker finds on this machine for the runtime and the natives, and nothing else. */
  private void systemLibraries() throws IOException, InterruptedException {
    List<Path> objects = new ArrayList<>();
    objects.add(out.resolve("opt/java/bin/java"));
    objects.addAll(find(out.resolve("opt/java/lib"), "**.so"));
    List<Path> folders = optionalFolder("natives");
    for (Path natives : folders) {
      objects.addAll(find(natives, "**.so*"));
    }
    TreeSet<Path> libraries = new TreeSet<>();
    TreeSet<String> missing = new TreeSet<>();
    for (Path object : objects) {
      String answer = linked(object, folders);
      for (Matcher m = RESOLVED.matcher(answer); m.find(); ) {
        Path library = Path.of(m.group(2));
        boolean ours = library.startsWith(out.toAbsolutePath()) || folders.stream().anyMatch(library::startsWith);
        if (!ours) {
          libraries.add(library);
        }
      }
      for (Matcher m = MISSING.matcher(answer); m.find(); ) {
        missing.add(m.group(1));
      }
    }
    if (!missing.isEmpty()) {
      // a driver's library, say, that the container's runtime lays over the image
      System.out.println("not on this machine, so not in the image: " + missing);
    }
    for (Path library : libraries) {
      boolean linker = library.getFileName().toString().startsWith("ld-linux");
      Path to = out.resolve(linker ? "lib64" : "lib/x86_64-linux-gnu").resolve(library.getFileName());
      Files.createDirectories(to.getParent());
      Files.copy(library.toRealPath(), to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private String linked(Path object, List<Path> natives) throws IOException, InterruptedException {
    ProcessBuilder ldd = new ProcessBuilder("ldd", object.toAbsolutePath().toString());
    Path runtime = out.resolve("opt/java/lib").toAbsolutePath();
    StringBuilder folders = new StringBuilder(runtime + ":" + runtime.resolve("server"));
    natives.forEach(folder -> folders.append(':').append(folder));
    ldd.environment().put("LD_LIBRARY_PATH", folders.toString());
    Process process = ldd.redirectErrorStream(true).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(); // a code other than 0 for what is linked statically
    return answer;
  }

  private void accounts() throws IOException {
    String user = setting("user");
    Path etc = Files.createDirectories(out.resolve("etc"));
    Files.writeString(
        etc.resolve("passwd"),
        "root:x:0:0:root:/:/nonexistent\n" + user + ":x:10001:10001:" + user + ":/tmp:/nonexistent\n");
    Files.writeString(etc.resolve("group"), "root:x:0:\n" + user + ":x:10001:\n");
    // a pod's own host name is in /etc/hosts: files before dns, or Gloo binds to nothing
    Files.writeString(etc.resolve("nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
  }

  private void commands() throws IOException {
    List<String> flags = new ArrayList<>();
    if (settings.containsKey("options")) {
      for (String line : Files.readAllLines(Path.of(setting("options")))) {
        String flag = line.strip();
        if (flag.startsWith("24+ ")) {
          flag = Runtime.version().feature() >= 24 ? flag.substring(4) : "";
        }
        if (!flag.isEmpty() && !flag.startsWith("#")) {
          flags.add(flag);
        }
      }
    }
    Path app = Files.createDirectories(out.resolve("app"));
    for (String command : list("commands")) {
      String[] parts = command.split("=", 2);
      List<String> lines = new ArrayList<>(flags);
      lines.add("-cp");
      lines.add(setting("classpath"));
      lines.add(parts[1]);
      Files.write(app.resolve(parts[0]), lines);
    }
  }

  private String setting(String key) {
    String value = settings.get(key);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(key + "= is missing; see the head of RootFileSystem.java");
    }
    return value;
  }

  private List<String> list(String key) {
    String value = settings.getOrDefault(key, "");
    return Stream.of(value.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  private List<Path> optionalFolder(String key) throws IOException {
    Path folder = Path.of(settings.getOrDefault(key, ""));
    return settings.containsKey(key) && Files.isDirectory(folder) ? List.of(folder.toRealPath()) : List.of();
  }

  private static List<Path> find(Path folder, String glob) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(matcher::matches).sorted().toList();
    }
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(String.join(" ", command) + " ended with code " + code);
    }
  }

  private static long size(Path folder) throws IOException {
    long[] sum = {0};
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
