using System.Reflection;
[assembly: AssemblyTitle("Harbour")]
[assembly: AssemblyProduct("Harbour Fleet")]
[assembly: AssemblyCompany("Harbour Works")]
[assembly: AssemblyVersion("2.0.0.0")]
[assembly: AssemblyFileVersion("2.3.1.0")]
[assembly: AssemblyInformationalVersion("2.3.1-beta.2+abc123")]
namespace Harbour { public class Mast { public int Height = 3; public int Grow(int by) { return Height += by; } } }
