package org.headrace.protocol.codec;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Reads a record's components and makes records, through a class that is generated beside the
 * record. Method handles did so before: to spin their forms for some two hundred records took 0.3 s
 * of each daemon's start, and without the second compiler each call of one went through several
 * frames.
 *
 * <p>The generated class is loaded by the record's own loader, which knows nothing of this package;
 * so it implements two interfaces of the JDK.
 */
final class RecordAccess {
  private static final String SUFFIX = "$Access";
  private static final String OBJECT = "java/lang/Object";
  private static final String READER = "java/util/function/BiFunction";
  private static final String MAKER = "java/util/function/Function";

  private final BiFunction<Object, Integer, Object> reader;
  private final Function<Object[], Object> maker;
  private final Integer[] numbers;

  @SuppressWarnings("unchecked")
  private RecordAccess(Object generated, int components) {
    reader = (BiFunction<Object, Integer, Object>) generated;
    maker = (Function<Object[], Object>) generated;
    numbers = new Integer[components];
    Arrays.setAll(numbers, i -> i);
  }

  /**
   * Generates the access to a type.
   *
   * @throws CodecException if it isn't a public record
   */
  static RecordAccess to(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      type.getConstructor(types); // Not there unless it is public.
      return new RecordAccess(
          generated(type, components).getConstructor().newInstance(), components.length);
    } catch (ReflectiveOperationException e) {
      throw new CodecException(type.getName() + " must be a public record", e);
    }
  }

  /** The generated class, which another codec may have made already. */
  private static Class<?> generated(Class<?> type, RecordComponent[] components)
      throws ReflectiveOperationException {
    MethodHandles.Lookup beside = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
    try {
      // Not a hidden class: only the module of the record itself, its bundle, may define one.
      return beside.defineClass(code(type, components));
    } catch (LinkageError alreadyThere) {
      return beside.findClass(type.getName() + SUFFIX);
    }
  }

  Object get(Object value, int component) {
    return reader.apply(value, numbers[component]);
  }

  Object make(Object[] values) {
    return maker.apply(values);
  }

  private static byte[] code(Class<?> type, RecordComponent[] components) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        Opcodes.V17,
        Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SYNTHETIC,
        Type.getInternalName(type) + SUFFIX,
        null,
        OBJECT,
        new String[] {READER, MAKER});
    constructor(writer);
    reader(writer, type, components);
    maker(writer, type, components);
    writer.visitEnd();
    return writer.toByteArray();
  }

  private static void constructor(ClassWriter writer) {
    MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
    code.visitCode();
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, OBJECT, "<init>", "()V", false);
    code.visitInsn(Opcodes.RETURN);
    end(code);
  }

  /** {@code switch (number) { case 0: return ((Type) value).first(); … default: return null; }}. */
  private static void reader(ClassWriter writer, Class<?> type, RecordComponent[] components) {
    MethodVisitor code = method(writer, "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;");
    if (components.length > 0) {
      Label[] cases = new Label[components.length];
      Arrays.setAll(cases, i -> new Label());
      Label none = new Label();
      code.visitVarInsn(Opcodes.ALOAD, 2);
      code.visitTypeInsn(Opcodes.CHECKCAST, "java/lang/Integer");
      code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/Integer", "intValue", "()I", false);
      code.visitTableSwitchInsn(0, components.length - 1, none, cases);
      for (int i = 0; i < components.length; i++) {
        target(code, cases[i]);
        code.visitVarInsn(Opcodes.ALOAD, 1);
        code.visitTypeInsn(Opcodes.CHECKCAST, Type.getInternalName(type));
        code.visitMethodInsn(
            Opcodes.INVOKEVIRTUAL,
            Type.getInternalName(type),
            components[i].getName(),
            Type.getMethodDescriptor(components[i].getAccessor()),
            false);
        box(code, components[i].getType());
        code.visitInsn(Opcodes.ARETURN);
      }
      target(code, none);
    }
    code.visitInsn(Opcodes.ACONST_NULL);
    code.visitInsn(Opcodes.ARETURN);
    end(code);
  }

  private static void target(MethodVisitor code, Label label) {
    code.visitLabel(label);
    code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
  }

  /** {@code return new Type((First) values[0], …)}. */
  private static void maker(ClassWriter writer, Class<?> type, RecordComponent[] components) {
    MethodVisitor code = method(writer, "(Ljava/lang/Object;)Ljava/lang/Object;");
    code.visitVarInsn(Opcodes.ALOAD, 1);
    code.visitTypeInsn(Opcodes.CHECKCAST, "[Ljava/lang/Object;");
    code.visitVarInsn(Opcodes.ASTORE, 2);
    code.visitTypeInsn(Opcodes.NEW, Type.getInternalName(type));
    code.visitInsn(Opcodes.DUP);
    Type[] arguments = new Type[components.length];
    for (int i = 0; i < components.length; i++) {
      arguments[i] = Type.getType(components[i].getType());
      code.visitVarInsn(Opcodes.ALOAD, 2);
      code.visitIntInsn(Opcodes.SIPUSH, i);
      code.visitInsn(Opcodes.AALOAD);
      unbox(code, components[i].getType());
    }
    code.visitMethodInsn(
        Opcodes.INVOKESPECIAL,
        Type.getInternalName(type),
        "<init>",
        Type.getMethodDescriptor(Type.VOID_TYPE, arguments),
        false);
    code.visitInsn(Opcodes.ARETURN);
    end(code);
  }

  private static MethodVisitor method(ClassWriter writer, String descriptor) {
    MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC, "apply", descriptor, null, null);
    code.visitCode();
    return code;
  }

  private static void end(MethodVisitor code) {
    code.visitMaxs(0, 0); // Worked out by the writer.
    code.visitEnd();
  }

  private static void box(MethodVisitor code, Class<?> type) {
    if (type.isPrimitive()) {
      Class<?> boxed = boxed(type);
      String descriptor = Type.getMethodDescriptor(Type.getType(boxed), Type.getType(type));
      code.visitMethodInsn(
          Opcodes.INVOKESTATIC, Type.getInternalName(boxed), "valueOf", descriptor, false);
    }
  }

  private static void unbox(MethodVisitor code, Class<?> type) {
    if (!type.isPrimitive()) {
      code.visitTypeInsn(Opcodes.CHECKCAST, Type.getInternalName(type));
      return;
    }
    String boxed = Type.getInternalName(boxed(type));
    code.visitTypeInsn(Opcodes.CHECKCAST, boxed);
    String descriptor = Type.getMethodDescriptor(Type.getType(type));
    code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, boxed, type.getName() + "Value", descriptor, false);
  }

  private static Class<?> boxed(Class<?> primitive) {
    return java.lang.invoke.MethodType.methodType(primitive).wrap().returnType();
  }
}
