package org.headrace.itests.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Makes a bundle out of a few classes of the tests. */
final class TinyBundle {
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, Path> content = new TreeMap<>();

  TinyBundle(String symbolicName, String version) {
    headers.put("Bundle-ManifestVersion", "2");
    headers.put("Bundle-SymbolicName", symbolicName);
    headers.put("Bundle-Version", version);
    headers.put("DynamicImport-Package", "*");
  }

  TinyBundle header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** Adds a class with its nested ones. */
  TinyBundle with(Class<?> type) {
    String folder = type.getPackageName().replace('.', '/');
    return add(type, folder, type.getSimpleName());
  }

  /** Adds all classes of a package. */
  TinyBundle withPackageOf(Class<?> type) {
    return add(type, type.getPackageName().replace('.', '/'), "");
  }

  private TinyBundle add(Class<?> type, String folder, String prefix) {
    try (Stream<Path> files =
        Files.list(
            Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .resolve(folder))) {
      files
          .filter(file -> matches(file.getFileName().toString(), prefix))
          .forEach(file -> content.put(folder + "/" + file.getFileName(), file));
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot read the classes of " + type, e);
    }
    return this;
  }

  private static boolean matches(String file, String prefix) {
    return prefix.isEmpty()
        ? file.endsWith(".class")
        : file.equals(prefix + ".class")
            || file.startsWith(prefix + "$") && file.endsWith(".class");
  }

  Path writeTo(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
    Files.createDirectories(jar.getParent());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Map.Entry<String, Path> entry : content.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        try (InputStream in = Files.newInputStream(entry.getValue())) {
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
    return jar;
  }
}
